"""What a viewer may see of competitions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from common import blobs
from common.errors import Forbidden, NotFound
from competitions.selectors import (
    current_phase,
    example_rows,
    get_organized,
    get_visible,
    is_organizer,
    takes_part,
    train_stream,
    visible_competitions,
)
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_draft_is_shown_to_its_organizers_and_superusers_only() -> None:
    draft, other = factories.competition(state="draft"), factories.competition()
    for viewer in (AnonymousUser(), factories.user(), factories.organizer(other)):
        assert list(visible_competitions(viewer)) == [other]
        with pytest.raises(NotFound):
            get_visible(viewer, draft.slug)
    for viewer in (factories.organizer(draft), factories.user(is_superuser=True)):
        assert set(visible_competitions(viewer)) == {draft, other}
        assert get_visible(viewer, draft.slug) == draft


def test_two_organizers_see_a_competition_once() -> None:
    competition = factories.competition()
    viewer = factories.organizer(competition)
    factories.organizer(competition)
    assert list(visible_competitions(viewer)) == [competition]


def test_only_organizers_get_it_to_organize() -> None:
    competition = factories.competition()
    organizer = factories.organizer(competition)
    assert get_organized(organizer, competition.slug) == competition
    for viewer in (AnonymousUser(), factories.user(is_staff=True)):
        assert not is_organizer(viewer, competition)
        with pytest.raises(Forbidden):
            get_organized(viewer, competition.slug)


def test_of_overlapping_phases_the_one_that_started_last_is_current() -> None:
    competition = factories.competition()
    now = timezone.now()
    late = factories.phase(competition, starts_at=now - timedelta(hours=1))
    assert current_phase(competition, now) == late
    assert current_phase(competition, now - timedelta(hours=2)) != late
    assert current_phase(competition, now + timedelta(days=99)) is None


def test_who_withdrew_takes_no_part() -> None:
    entered = factories.participation(factories.competition())
    assert entered.user is not None
    assert takes_part(entered.user, entered.competition)
    assert not takes_part(AnonymousUser(), entered.competition)
    entered.state = "withdrawn"
    entered.save()
    assert not takes_part(entered.user, entered.competition)


def test_examples_come_from_the_train_split() -> None:
    task = factories.task(factories.competition(), train_rows=9)
    rows = example_rows(task, 3)
    assert [row["id"] for row in rows] == ["t0", "t1", "t2"]
    assert rows[1]["label"] == "pos"


def test_without_a_train_split_examples_are_made_up_and_never_test_rows() -> None:
    task = factories.task(factories.competition())
    assert task.dataset is not None
    blobs.inputs.delete(task.dataset.inputs_sha256)
    blobs.labels.delete(task.dataset.labels_sha256)
    rows = example_rows(task, 3)
    assert len(rows) == 1
    assert set(rows[0]) == {"id", "input", "label"}
    with pytest.raises(NotFound):
        train_stream(task)


@pytest.mark.django_db
def test_a_closed_competition_has_no_open_phase() -> None:
    competition = factories.competition()
    now = timezone.now()
    assert current_phase(competition, now) is not None
    competition.state = "closed"
    assert current_phase(competition, now) is None
