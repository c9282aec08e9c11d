"""What a participant sees of the sample run: its outcome, which tasks failed, the end of its log.

Only of that run: it held public rows alone. Nothing here reads the log of a run over hidden rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from common.errors import NotFound
from competitions.kinds.metric_facts import MetricFacts, get_metric_facts
from competitions.models import Task
from submissions.log_tail import Tail, read_tail
from submissions.models import Run, Submission
from submissions.practice_view import (
    Confusion,
    Explained,
    confusion_of,
    explained_rows,
    why_unexplained,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """What the answers to public rows of one task showed (``submissions.practice``)."""

    task: Task
    format: str
    metric: MetricFacts
    found: Mapping[str, Any]

    @property
    def confusion(self) -> Confusion | None:
        """How classes were answered; None where answers are no classes, or far too many."""
        counts = self.found.get("confusion")
        return confusion_of(counts, self.task.classes) if counts else None

    @property
    def explained(self) -> list[Explained]:
        """The rows whose parts were looked at."""
        return explained_rows(self.found.get("explanations", []), self.task)

    @property
    def why_unexplained(self) -> str:
        """Why no parts of rows are shown where another model of this task would show some."""
        return "" if self.explained else why_unexplained(self.task, self.format)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRun:
    """How the last sample run of a submission ended; ``failed`` names tasks by title.

    ``log`` is None when it is no longer stored; ``practice`` holds the tasks that showed something.
    """

    outcome: str
    failed: tuple[str, ...]
    log: Tail | None
    practice: tuple[Practice, ...]


def meets_samples(submission: Submission) -> bool:
    """Tell whether a worker runs it over the sample rows now, and over no hidden row yet."""
    meets = submission.runs.filter(state=Run.State.RUNNING, purpose=Run.Purpose.SCORE)
    return meets.filter(smoke_outcome="").exists()


def last_sample_run(submission: Submission) -> SampleRun | None:
    """Return how the last sample run ended; None before the first has."""
    run = _last(submission)
    if run is None:
        return None
    failed = run.tasks.exclude(smoke_code="").values_list("task__title", flat=True)
    return SampleRun(
        outcome=run.smoke_outcome,
        failed=tuple(failed),
        log=_tail(run),
        practice=tuple(_practice(run)),
    )


def _practice(run: Run) -> Iterator[Practice]:
    for row in run.tasks.select_related("task").order_by("task__position", "task_id"):
        if row.practice:
            metric = get_metric_facts(row.task.metric)
            form = run.submission.format
            yield Practice(task=row.task, format=form, metric=metric, found=row.practice)


def sample_log(submission: Submission) -> Tail:
    """Return the end of the last sample run's log; raises NotFound ``no_sample_log``."""
    run = _last(submission)
    tail = _tail(run) if run is not None else None
    if tail is None:
        raise NotFound(
            "no_sample_log",
            "There is no log of a sample run. It is there once a worker has run the submission "
            "over the public sample rows.",
        )
    return tail


def _last(submission: Submission) -> Run | None:
    met = submission.runs.filter(purpose=Run.Purpose.SCORE).exclude(smoke_outcome="")
    return met.order_by("-attempt").first()


def _tail(run: Run) -> Tail | None:
    try:
        return read_tail(run.smoke_log_sha256) if run.smoke_log_sha256 else None
    except FileNotFoundError:
        return None
