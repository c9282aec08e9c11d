"""A run starts only where everything that its competition requires has been proved."""

from __future__ import annotations

from typing import Any

import pytest

from competitions.guarantees import BASE
from submissions.models import Run
from submissions.selectors import follow
from submissions.steps.claim import claim_run
from tests import factories
from tests.fakes import ALL_ENVIRONMENTS, ALL_HELD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(enqueued: list[Any]) -> Run:
    competition = factories.competition(allowed_formats=["python"])
    factories.task(competition)
    entry = factories.participation(competition)
    return factories.run(factories.submission(entry, state="queued", format="python"))


def test_a_worker_that_lacks_a_guarantee_leaves_the_run_in_the_queue(run: Run) -> None:
    held = ALL_HELD - {"memory_bound", "kernel_isolation"}
    assert (
        claim_run(run_id=run.pk, worker="w", backend="b", held=held, environments=ALL_ENVIRONMENTS)
        is None
    )
    run.refresh_from_db()
    assert (run.state, run.missing, run.started_at) == ("queued", ["memory_bound"], None)
    assert follow(run.submission).missing == ("memory_bound",)


def test_the_next_worker_that_holds_all_takes_it(run: Run) -> None:
    claim_run(run_id=run.pk, worker="w1", backend="b", held=BASE, environments=ALL_ENVIRONMENTS)
    claim = claim_run(
        run_id=run.pk, worker="w2", backend="b", held=ALL_HELD, environments=ALL_ENVIRONMENTS
    )
    assert claim is not None
    run.refresh_from_db()
    assert (run.state, run.worker, run.missing, run.reason) == ("running", "w2", [], "")
    assert set(run.guarantees) == ALL_HELD


@pytest.mark.parametrize("lacking", sorted(BASE))
def test_nothing_of_the_base_may_be_missing_for_any_format(lacking: str, run: Run) -> None:
    competition = run.submission.competition
    competition.allowed_formats = ["transformers"]
    competition.save()
    held = BASE - {lacking}
    assert (
        claim_run(run_id=run.pk, worker="w", backend="b", held=held, environments=ALL_ENVIRONMENTS)
        is None
    )
    assert (
        claim_run(run_id=run.pk, worker="w", backend="b", held=BASE, environments=ALL_ENVIRONMENTS)
        is not None
    )


def test_a_worker_without_the_environment_of_a_format_leaves_its_runs_to_another(run: Run) -> None:
    submission = run.submission
    submission.format = "tensorflow"
    submission.save()
    torch_alone = ALL_ENVIRONMENTS - {"tensorflow"}
    named = {"run_id": run.pk, "backend": "b", "held": ALL_HELD}
    assert claim_run(worker="w1", environments=torch_alone, **named) is None
    run.refresh_from_db()
    assert (run.state, run.missing) == ("queued", ["tensorflow_environment"])
    assert run.reason == "w1 lacks Environment with TensorFlow."
    assert claim_run(worker="w2", environments=ALL_ENVIRONMENTS, **named) is not None
    run.refresh_from_db()
    assert (run.state, run.worker, run.missing) == ("running", "w2", [])


def test_the_other_formats_need_no_second_environment(run: Run) -> None:
    environments = ALL_ENVIRONMENTS - {"tensorflow"}
    claim = claim_run(
        run_id=run.pk, worker="w", backend="b", held=ALL_HELD, environments=environments
    )
    assert claim is not None
