"""The verbs behind the admin: create, change, remove."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import Conflict, DomainError
from competitions.models import Competition, Task
from competitions.services import manage
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_competition_is_made_with_its_parts() -> None:
    olga = factories.user(is_staff=True)
    made = manage.create_competition(slug="cup", title="Cup", organizers=[olga])
    now = timezone.now()
    end = now + timedelta(days=1)
    manage.add_phase(competition=made, slug="main", title="Main", starts_at=now, ends_at=end)
    task = manage.add_task(
        competition=made,
        slug="mood",
        title="Mood",
        kind="text_classification",
        metric="accuracy",
        labels=["neg", "pos"],
    )
    manage.add_award(competition=made, slug="a", title="A", rule="task_rank", task=task)
    assert made.state == "draft"
    assert list(made.organizers.all()) == [olga]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"metric": "rmse"}, "metric"),
        ({"labels": ["one"]}, "labels"),
        ({"weight": 0}, "weight"),
        ({"weight": -1.0}, "weight"),
        ({"weight": float("nan")}, "weight"),
        ({"weight": float("inf")}, "weight"),
        ({"slug": "not a slug"}, "slug"),
    ],
)
def test_a_task_that_can_not_be_is_refused(fields: dict[str, object], field: str | None) -> None:
    made = factories.competition(state="draft")
    good = {
        "slug": "mood",
        "title": "Mood",
        "kind": "text_classification",
        "metric": "accuracy",
        "labels": ["neg", "pos"],
    }
    with pytest.raises(DomainError) as refused:
        manage.add_task(competition=made, **{**good, **fields})
    assert refused.value.field == field
    assert not Task.objects.exists()


def test_a_probe_without_its_kind_is_refused() -> None:
    made = factories.competition(state="draft")
    with pytest.raises(DomainError) as refused:
        manage.add_task(
            competition=made,
            slug="alike",
            title="Alike",
            kind="sentence_similarity",
            metric="spearman",
            track="probe",
        )
    assert refused.value.field == "track"


def test_a_published_competition_keeps_its_baseline_and_datasets() -> None:
    made = factories.competition(baseline_scored_at=timezone.now())
    task = factories.task(made)
    manage.forget_baseline(competition=made)
    manage.forget_dataset(task=task)
    made.refresh_from_db()
    assert made.baseline_scored_at is not None
    assert made.tasks.get().dataset is not None


@pytest.mark.parametrize(
    ("state", "days", "allowed"),
    [("draft", -1, True), ("published", 1, True), ("published", -1, False), ("closed", 1, False)],
)
def test_phases_of_published_competitions_only_grow(state: str, days: int, allowed: bool) -> None:
    made = factories.competition(state=state, closed_at=timezone.now())
    phase = made.phases.get()
    problem = manage.extension_problem(phase, phase.ends_at + timedelta(days=days))
    assert (problem == "") is allowed


def test_tasks_of_a_published_competition_stay() -> None:
    task = factories.task(factories.competition())
    with pytest.raises(Conflict, match="its tasks stay"):
        manage.remove_task(task=task)
    assert Task.objects.get().dataset is not None


def test_a_task_that_a_baseline_was_entered_with_stays() -> None:
    made = factories.competition(state="draft")
    task = factories.task(made)
    factories.submission(factories.participation(made, is_baseline=True))
    with pytest.raises(Conflict, match="A baseline was entered"):
        manage.remove_task(task=task)


def test_a_draft_goes_with_everything_in_it() -> None:
    made = factories.competition(state="draft")
    task = factories.task(made)
    manage.add_award(competition=made, slug="a", title="A", rule="task_rank", task=task)
    manage.remove_competition(competition=made)
    assert not Competition.objects.exists()


def test_what_was_published_or_entered_is_not_deleted() -> None:
    entered = factories.competition(state="draft")
    factories.participation(entered)
    for made in (factories.competition(), entered):
        with pytest.raises(Conflict) as refused:
            manage.remove_competition(competition=made)
        assert refused.value.code == "competition_in_use"
