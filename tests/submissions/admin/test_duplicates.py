"""The organizers' page of entries that look alike: evidence, decisions, and nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competitions.models import Competition
from submissions import jobs
from submissions.duplicates_view import MOST_SHOWN, chance_words
from submissions.models import DuplicatePair, DuplicateSearch, Submission
from tests import factories
from tests.desk import Desk, change_page, desk, text
from tests.submissions.alike import ROWS, answers, enter

pytestmark = pytest.mark.django_db(transaction=True)
ADMIN = "/admin/submissions/duplicatepair/"


@pytest.fixture
def boss() -> Desk:
    return desk()


@pytest.fixture
def competition(boss: Desk, enqueued: list[Any]) -> Competition:
    made = factories.competition(slug="cup", title="Cup")
    made.organizers.add(boss.user)
    factories.task(made, slug="mood", title="Mood of films", rows=ROWS)
    return made


def page(competition: Competition) -> str:
    return f"{ADMIN}of/{competition.pk}/"


def look(boss: Desk, competition: Competition) -> str:
    return " ".join(text(boss.client.get(page(competition))).split())


def fill(competition: Competition) -> tuple[Submission, Submission]:
    """Three strangers, and two that hold the same weights and differ in one answer."""
    for number in range(3):
        enter(competition, f"stranger{number}", answers(number))
    first = enter(competition, "ann", answers(9), weights=b"w" * 5000)
    second = enter(competition, "b\x1b[31mo<b>b", answers(9, turned=1), weights=b"w" * 5000)
    Submission.objects.filter(pk=second.pk).update(declared={"base_model": "bert-tiny"})
    return first, second


def compare(boss: Desk, competition: Competition) -> None:
    boss.client.post(f"{page(competition)}compare/")
    jobs.duplicates(competition.pk)


def test_before_the_first_comparison_the_page_says_what_to_do(
    boss: Desk, competition: Competition
) -> None:
    told = look(boss, competition)
    assert "The entries were not compared yet" in told
    assert "Press “Compare now”" in told
    assert "Equal answers alone prove nothing" in told


def test_a_comparison_shows_its_progress_and_then_its_time(
    boss: Desk, competition: Competition
) -> None:
    fill(competition)
    answer = boss.client.post(f"{page(competition)}compare/", follow=True)
    assert "It waits for a score worker" in text(answer)
    assert "Compare now" not in text(answer)
    DuplicateSearch.objects.update(done=2, total=5)
    part = boss.client.get(page(competition), HTTP_HX_REQUEST="true")
    assert "2 of 5 sets of answers are read" in text(part)
    assert "<html" not in text(part)
    assert "HX-Refresh" not in part.headers
    jobs.duplicates(competition.pk)
    part = boss.client.get(page(competition), HTTP_HX_REQUEST="true")
    assert part.headers["HX-Refresh"] == "true"
    assert "5 entries" in text(part)
    assert "Compare now" in look(boss, competition)


def test_a_pair_is_shown_with_its_evidence_side_by_side(
    boss: Desk, competition: Competition
) -> None:
    first, second = fill(competition)
    compare(boss, competition)
    told = look(boss, competition)
    for said in (
        "ann #1 and b[31mo&lt;b&gt;b #1",
        "399 of 400 answers are equal",
        "less than 1 in a million",
        "They share 1 file of weights or program",
        "model.safetensors, 5 kB",
        "Mood of films",
        "bert-tiny",
        f"/submissions/{first.pk}/",
        f"/submissions/{second.pk}/",
        f"/admin/competitions/participation/{second.participation_id}/change/",
        "To be looked at (1)",
    ):
        assert said in told
    assert "Both entered the same folder" not in told
    Submission.objects.filter(pk=second.pk).update(manifest_sha256=first.manifest_sha256)
    assert "Both entered the same folder" in look(boss, competition)


def test_nothing_alike_is_said_so(boss: Desk, competition: Competition) -> None:
    for number in range(3):
        enter(competition, f"stranger{number}", answers(number))
    compare(boss, competition)
    assert "No two participations share a file" in look(boss, competition)


def test_a_pair_is_dismissed_with_a_reason_and_taken_up_again(
    boss: Desk, competition: Competition
) -> None:
    fill(competition)
    compare(boss, competition)
    pair = DuplicatePair.objects.get()
    decide = f"{ADMIN}{pair.pk}/decide/"
    refused = boss.client.post(decide, {"verdict": "dismissed", "reason": ""}, follow=True)
    assert "Say why." in text(refused)
    done = boss.client.post(decide, {"verdict": "dismissed", "reason": "Both BERT."}, follow=True)
    assert "Dismissed (1)" in text(done)
    assert f"by {boss.user.username}: Both BERT." in " ".join(text(done).split())
    assert LogEntry.objects.get(object_id=pair.pk).get_change_message() == "Dismissed: Both BERT."
    again = boss.client.post(decide, {"verdict": "open"}, follow=True)
    assert "To be looked at (1)" in text(again)


def test_the_competitions_desk_leads_there_and_counts_what_is_to_look_at(
    boss: Desk, competition: Competition
) -> None:
    assert page(competition) in boss.get(change_page(competition))
    fill(competition)
    compare(boss, competition)
    assert "Look-alikes (1 to look at)" in boss.get(change_page(competition))


def test_a_pairs_own_page_is_its_place_on_the_competitions(
    boss: Desk, competition: Competition
) -> None:
    fill(competition)
    compare(boss, competition)
    pair = DuplicatePair.objects.get()
    answer = boss.client.get(f"{ADMIN}{pair.pk}/change/")
    assert answer.headers["Location"] == f"{page(competition)}#pair-{pair.pk}"
    assert "less than 1 in a million" in boss.get(ADMIN)


def test_participants_see_nothing_of_it(boss: Desk, competition: Competition) -> None:
    first, _ = fill(competition)
    compare(boss, competition)
    client = Desk(first.submitted_by).client
    for address in (f"/submissions/{first.pk}/", f"/api/v1/submissions/{first.pk}/"):
        told = client.get(address).content.decode()
        assert "alike" not in told
        assert "duplicate" not in told
    assert client.get(page(competition)).status_code == 302


def test_the_page_asks_as_often_for_many_pairs_as_for_one(
    boss: Desk, competition: Competition
) -> None:
    fill(competition)
    compare(boss, competition)
    look(boss, competition)
    with CaptureQueriesContext(connection) as one:
        look(boss, competition)
    more_pairs(MOST_SHOWN + 4)
    with CaptureQueriesContext(connection) as many:
        told = look(boss, competition)
    assert len(many) == len(one)
    assert f"To be looked at ({MOST_SHOWN + 5})" in told
    assert "And 5 more, less suspicious" in told


def more_pairs(count: int) -> None:
    """Put further pairs beside the one that there is, with other submissions of the first."""
    pair = DuplicatePair.objects.get()
    first = pair.first.participation
    for _ in range(count):
        pair.pk, pair.first = None, factories.submission(first, state="scored")
        pair.save(force_insert=True)


@pytest.mark.parametrize(
    ("chance", "odd", "words"),
    [
        (1.0, 0, "nothing to go by"),
        (1.0, 3, "may well be chance"),
        (0.02, 9, "about 1 in 50"),
        (0.00001, 9, "about 1 in 100\u202f000"),
        (0.0, 9, "less than 1 in a million"),
    ],
)
def test_chances_are_told_in_words(chance: float, odd: int, words: str) -> None:
    assert chance_words(chance, odd) == words
