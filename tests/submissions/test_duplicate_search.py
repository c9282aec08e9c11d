"""A comparison is asked for, made by a score worker once, and decided on by organizers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from common.errors import Conflict, DomainError, Forbidden
from competitions.models import Competition
from submissions import jobs
from submissions.models import DuplicatePair, DuplicateSearch
from submissions.reconcile import reconcile
from submissions.services.duplicates import compare_now, decide, reopen
from tests import factories
from tests.submissions.alike import ROWS, answers, enter

pytestmark = pytest.mark.django_db(transaction=True)
State = DuplicatePair.State


@pytest.fixture
def competition(enqueued: list[Any]) -> Competition:
    made = factories.competition(slug="cup")
    factories.task(made, slug="mood", rows=ROWS)
    for number in range(3):
        enter(made, f"stranger{number}", answers(number))
    enter(made, "ann", answers(9))
    enter(made, "bob", answers(9))
    return made


def compared(competition: Competition) -> DuplicatePair:
    compare_now(competition=competition, by=factories.organizer(competition))
    jobs.duplicates(competition.pk)
    return DuplicatePair.objects.get()


def code(caught: pytest.ExceptionInfo[DomainError]) -> str:
    return caught.value.code


def test_a_score_worker_makes_what_an_organizer_asked_for(
    competition: Competition, enqueued: list[Any]
) -> None:
    search = compare_now(competition=competition, by=factories.organizer(competition))
    assert ("score", "duplicates", competition.pk) in enqueued
    assert search.is_pending
    assert not DuplicatePair.objects.exists()
    jobs.duplicates(competition.pk)
    search.refresh_from_db()
    assert not search.is_pending
    assert (search.done, search.total, search.entries, search.lease_until) == (5, 5, 5, None)
    pair = DuplicatePair.objects.get()
    assert (str(pair.first), str(pair.second), pair.state) == ("ann #1", "bob #1", State.OPEN)


def test_nobody_but_organizers_asks_and_not_twice_at_once(competition: Competition) -> None:
    boss = factories.organizer(competition)
    with pytest.raises(Forbidden):
        compare_now(competition=competition, by=factories.user(is_staff=True))
    compare_now(competition=competition, by=boss)
    with pytest.raises(Conflict) as caught:
        compare_now(competition=competition, by=boss)
    assert caught.value.code == "comparing_already"
    jobs.duplicates(competition.pk)
    compare_now(competition=competition, by=boss)


def test_a_job_that_nobody_asked_for_or_that_another_holds_does_nothing(
    competition: Competition,
) -> None:
    jobs.duplicates(competition.pk)
    assert not DuplicateSearch.objects.exists()
    compare_now(competition=competition, by=factories.organizer(competition))
    DuplicateSearch.objects.update(lease_until=timezone.now() + timedelta(hours=1))
    jobs.duplicates(competition.pk)
    assert not DuplicatePair.objects.exists()


def test_a_comparison_that_was_lost_is_asked_for_again(
    competition: Competition, enqueued: list[Any]
) -> None:
    compare_now(competition=competition, by=factories.organizer(competition))
    enqueued.clear()
    assert reconcile().searches == 0
    DuplicateSearch.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert reconcile().searches == 1
    assert ("score", "duplicates", competition.pk) in enqueued
    jobs.duplicates(competition.pk)
    assert DuplicatePair.objects.count() == 1
    assert reconcile().searches == 0


def test_entries_are_compared_once_after_the_close(
    competition: Competition, enqueued: list[Any]
) -> None:
    compared(competition)
    Competition.objects.filter(pk=competition.pk).update(
        state="closed", closed_at=timezone.now() + timedelta(microseconds=1)
    )
    enqueued.clear()
    assert reconcile().searches == 1
    assert ("score", "duplicates", competition.pk) in enqueued
    assert DuplicateSearch.objects.get().asked_by is None
    jobs.duplicates(competition.pk)
    assert reconcile().searches == 0


def test_a_decision_has_a_reason_stays_and_can_be_undone(competition: Competition) -> None:
    pair, boss = compared(competition), factories.organizer(competition)
    with pytest.raises(Forbidden):
        decide(pair=pair, verdict="dismissed", reason="Mine.", by=pair.first.submitted_by)
    with pytest.raises(DomainError) as caught:
        decide(pair=pair, verdict="dismissed", reason=" ", by=boss)
    assert code(caught) == "reason_missing"
    with pytest.raises(DomainError) as caught:
        decide(pair=pair, verdict="open", reason="Why not", by=boss)
    assert code(caught) == "verdict_missing"
    decide(pair=pair, verdict="kept", reason=" One flat. ", by=boss)
    with pytest.raises(Conflict):
        decide(pair=DuplicatePair.objects.get(), verdict="dismissed", reason="No.", by=boss)
    compared(competition)
    pair.refresh_from_db()
    assert (pair.state, pair.reason, pair.reviewed_by) == (State.KEPT, "One flat.", boss)
    reopen(pair=pair, by=boss)
    pair.refresh_from_db()
    assert (pair.state, pair.reason, pair.reviewed_by) == (State.OPEN, "", None)
    with pytest.raises(Conflict):
        reopen(pair=pair, by=boss)
    with pytest.raises(Forbidden):
        reopen(pair=pair, by=pair.first.submitted_by)


def test_a_pair_that_is_not_found_again_stays_as_it_was(competition: Competition) -> None:
    before = compared(competition)
    newer = factories.submission(before.second.participation, state="scored")
    newer.selected_final = True
    newer.save()
    after = compared(competition)
    assert (after.pk, after.seen_at, after.evidence) == (
        before.pk,
        before.seen_at,
        before.evidence,
    )
    assert after.seen_at < DuplicateSearch.objects.get().computed_at  # type: ignore[operator]
