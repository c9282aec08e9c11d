"""Leading entries run once more after the close, and nothing is published before they agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import F

from common.errors import Conflict, DomainError, Forbidden
from competitions.models import Competition
from scoring.models import AwardGrant, Ceremony
from scoring.services.close import close_competition
from scoring.services.publish_results import publish_results
from submissions import determinism, jobs
from submissions.efficiency import efficiency
from submissions.models import DeterminismCheck, Run, Submission
from submissions.reconcile import reconcile
from tests import factories
from tests.fakes import FakeBackend, host

pytestmark = pytest.mark.django_db(transaction=True)
State = DeterminismCheck.State


def right(row: dict[str, Any]) -> dict[str, Any]:
    """Right for every row; sample rows have other texts."""
    last = row["input"]["text"].split()[-1:]
    return {"label": ["neg", "pos"][int(last[0]) % 2] if last and last[0].isdigit() else "neg"}


def wrong(row: dict[str, Any]) -> dict[str, Any]:
    """Wrong for every row."""
    return {"label": {"neg": "pos", "pos": "neg"}[right(row)["label"]]}


class World:
    """A competition with two scored entries and a gate of one place; `backend` runs them."""

    def __init__(self, enqueued: list[tuple[str, str, Any]], backend: FakeBackend) -> None:
        self.queued, self.backend = enqueued, backend
        self.cup = factories.competition(gate_entries=1, state="published")
        factories.task(self.cup, slug="mood")
        self.cup.awards.create(slug="gold", title="Gold", rule="overall_rank")
        self.boss = factories.organizer(self.cup)
        self.best = self.enter(right)
        self.second = self.enter(wrong)

    def enter(self, answer: Callable[..., Any]) -> Submission:
        self.backend.answers = {"mood": answer}
        made = factories.submission(
            factories.participation(self.cup), state="queued", format="transformers"
        )
        jobs.infer(factories.run(made).pk)
        jobs.score(str(made.pk))
        made.refresh_from_db()
        assert made.state == "scored"
        return made

    def close(self) -> None:
        self.cup.refresh_from_db()
        assert close_competition(competition=self.cup, by=self.boss) == []

    def run_again(self, answer: Callable[..., Any]) -> DeterminismCheck:
        """Let a reconciler find the gate, and workers do what is queued."""
        self.backend.answers = {"mood": answer}
        self.queued.clear()
        assert reconcile().checks_started == 1
        while self.queued:
            _, job, argument = self.queued.pop(0)
            getattr(jobs, job)(argument)
        return DeterminismCheck.objects.get()

    def publish(self) -> list[AwardGrant]:
        return publish_results(competition=self.cup, by=self.boss)


@pytest.fixture
def world(enqueued: list[tuple[str, str, Any]], monkeypatch: pytest.MonkeyPatch) -> World:
    backend = FakeBackend()
    monkeypatch.setattr("submissions.sandboxes.host", lambda: host(backend))
    return World(enqueued, backend)


def refused(publish: Callable[[], object]) -> str:
    with pytest.raises(Conflict) as caught:
        publish()
    return caught.value.code


def test_results_wait_until_the_leading_entries_gave_the_same_again(world: World) -> None:
    world.close()
    assert Ceremony.objects.get().state == "provisional"
    assert refused(world.publish) == "determinism_unchecked"
    check = world.run_again(right)
    assert (check.submission, check.state) == (world.best, State.SAME)
    told = check.differences["mood"]
    assert (told["other_rows"], told["beyond"]) == (0, False)
    assert told["private"] == [100.0, 100.0]
    assert [grant.submission for grant in world.publish()] == [world.best]


def test_a_difference_is_the_organizers_to_look_at(world: World) -> None:
    world.close()
    check = world.run_again(wrong)
    told = check.differences["mood"]
    assert (check.state, told["private"], told["public"]) == (State.DIFFERS, [100, 0], [100, 0])
    assert told["other_rows"] == told["rows"] == 40
    assert refused(world.publish) == "determinism_differs"
    with pytest.raises(Forbidden):
        determinism.accept(check=check, by=world.best.submitted_by, reason="It is mine.")
    with pytest.raises(DomainError):
        determinism.accept(check=check, by=world.boss, reason=" ")
    determinism.accept(check=check, by=world.boss, reason="Seeds are free in our rules.")
    assert len(world.publish()) == 1
    with pytest.raises(Conflict):
        determinism.accept(check=check, by=world.boss, reason="Once more.")


def test_a_second_run_moves_neither_submission_nor_scores(world: World) -> None:
    before = list(world.best.task_scores.order_by("pk").values("value", "predictions"))
    figures = efficiency(world.best)
    world.close()
    world.run_again(wrong)
    world.best.refresh_from_db()
    assert world.best.state == "scored"
    assert list(world.best.task_scores.order_by("pk").values("value", "predictions")) == before
    assert efficiency(world.best) == figures
    assert world.best.runs.get(purpose="check").state == "done"


def test_a_lost_second_run_is_tried_again(world: World) -> None:
    world.close()
    (check,) = determinism.start_checks(competition=world.cup)
    Run.objects.filter(pk=check.repeat_id).update(
        state="running", lease_until=F("queued_at"), started_at=F("queued_at")
    )
    assert reconcile().runs_lost == 1
    check.refresh_from_db()
    assert (check.repeat.state, check.repeat.purpose) == ("queued", "check")
    world.best.refresh_from_db()
    assert world.best.state == "scored"
    world.backend.answers = {"mood": right}
    jobs.infer(check.repeat_id)
    jobs.compare(check.repeat_id)
    check.refresh_from_db()
    assert check.state == State.SAME


def test_a_task_that_fails_the_second_time_differs(world: World) -> None:
    world.close()
    world.backend.failing = {"mood": "crashed"}
    check = world.run_again(right)
    assert check.state == State.DIFFERS
    assert check.differences["mood"]["private"] == [100.0, None]


def test_a_difference_within_the_tolerance_passes(world: World) -> None:
    Competition.objects.update(gate_tolerance=100)
    world.close()
    assert world.run_again(wrong).state == State.SAME


@pytest.mark.parametrize(("second", "beyond"), [(50.0, False), (49.9999, True), (None, True)])
def test_a_difference_of_just_the_tolerance_passes(second: float | None, beyond: bool) -> None:
    assert 50.1 - 50.0 > 0.1, "so it is in binary fractions"
    assert determinism._beyond([50.1, second], 0.1) is beyond


def test_only_leading_entries_run_again_and_only_once(world: World) -> None:
    assert determinism.start_checks(competition=world.cup) == []
    world.close()
    world.run_again(right)
    assert reconcile().checks_started == 0
    assert list(DeterminismCheck.objects.values_list("submission", flat=True)) == [world.best.pk]


def test_a_comparison_that_was_lost_is_asked_for_again(
    world: World, settings: Any, enqueued: list[tuple[str, str, Any]]
) -> None:
    world.close()
    (check,) = determinism.start_checks(competition=world.cup)
    jobs.infer(check.repeat_id)
    enqueued.clear()
    settings.LEASE_SECONDS = 0
    assert reconcile().comparisons == 1
    assert ("score", "compare", check.repeat_id) in enqueued


def test_without_a_gate_results_are_published_at_the_close(world: World) -> None:
    Competition.objects.update(gate_entries=0)
    world.cup.refresh_from_db()
    assert len(close_competition(competition=world.cup, by=world.boss)) == 1
