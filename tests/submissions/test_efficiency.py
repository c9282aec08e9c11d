"""Figures are coarse, and of a participant's code only what the worker measured is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from competitions.models import Competition
from submissions.efficiency import Efficiency, efficiency, rounded
from submissions.models import Submission
from submissions.pacing import shown_end
from tests import factories

USAGE = {
    "wall_seconds": 12.345,
    "peak_memory_bytes": 523_456_789,
    "output_bytes": 1,
    "log_bytes": 1,
    "energy_joules": 148.2,
    "energy_source": "estimate",
}
REPORT = {
    "status": "ok",
    "rows": 300,
    "truncated_rows": 7,
    "load_seconds": 0.3456,
    "rows_per_second": 123.456,
    "latency_p50_ms": 7.891,
    "latency_p95_ms": 12.0,
    "flops_per_row": 123_456_789,
    "parameters": 22_713_216,
    "parameters_by_dtype": {"float32": 22_713_216},
    "model_bytes": 90_868_376,
}


def submission(*, format: str = "transformers", usage: Any = None, **fields: Any) -> Submission:
    competition = factories.competition()
    factories.task(competition, slug="films", title="Films")
    made = factories.submission(factories.participation(competition), state="scored", format=format)
    run = factories.run(made, state="done", usage=USAGE if usage is None else usage)
    run.tasks.update(state="ok", report=REPORT, **fields)
    return made


def figures(made: Submission) -> Efficiency:
    found = efficiency(made)
    assert found is not None
    return found


@pytest.mark.django_db
def test_figures_have_two_digits_and_facts_of_the_files_all() -> None:
    found = figures(submission())
    assert (found.run.seconds, found.run.peak_memory_bytes) == (12, 520_000_000)
    assert (found.run.energy_joules, found.run.energy_words) == (150, "estimated from CPU seconds")
    (task,) = found.tasks
    assert (task.title, task.load_seconds, task.rows_per_second) == ("Films", 0.35, 120)
    assert (task.latency_p50_ms, task.latency_p95_ms) == (7.9, 12)
    assert (task.flops_per_row, task.truncated) == (120_000_000, 0.02)
    assert (task.parameters, task.model_bytes) == (22_713_216, 90_868_376)
    assert not found.shows_gpu


@pytest.mark.django_db
@pytest.mark.parametrize("format", ["python", "torch", "tensorflow"])
def test_of_a_participant_s_code_only_steps_of_the_worker_s_own_figures_are_told(
    format: str,
) -> None:
    made = submission(format=format)
    found = figures(made)
    assert found.tasks == ()
    assert (found.run.seconds, found.run.at_most) == (15, True)
    assert (found.run.peak_memory_bytes, found.run.energy_joules) == (None, None)
    Competition.objects.update(state="closed", closed_at=timezone.now())
    closed = figures(Submission.objects.get(pk=made.pk))
    assert closed.tasks == ()
    assert (closed.run.seconds, closed.run.at_most, closed.run.energy_joules) == (12, False, 150)
    assert closed.run.peak_memory_bytes == 520_000_000


@pytest.mark.django_db
def test_failed_tasks_and_what_was_not_measured_are_absent() -> None:
    assert figures(submission(outcome="crashed")).tasks != ()
    made = submission()
    made.runs.get().tasks.update(state="failed")
    assert figures(made).tasks == ()
    bare = figures(submission(usage={"wall_seconds": 2.0, "peak_memory_bytes": None}))
    assert (bare.run.peak_memory_bytes, bare.run.energy_joules) == (None, None)


@pytest.mark.django_db
def test_the_last_finished_run_counts() -> None:
    made = submission()
    factories.run(made, state="done", usage={**USAGE, "wall_seconds": 99.0})
    factories.run(made, state="lost", usage={})
    assert figures(made).run.seconds == 99
    assert efficiency(factories.submission(made.participation)) is None


@given(st.floats(1e-9, 1e18))
def test_two_digits_are_told_of_any_figure(value: float) -> None:
    found = rounded(value)
    assert found is not None
    assert found == pytest.approx(value, rel=0.06)
    assert len(f"{found:.12e}".split("e")[0].replace(".", "").rstrip("0")) <= 2


@pytest.mark.django_db
def test_seconds_of_a_participant_s_code_are_those_of_the_step_in_which_its_end_shows() -> None:
    found = figures(submission(format="python", usage={"wall_seconds": 40.0})).run
    assert found.seconds == shown_end(40.0) > 40
