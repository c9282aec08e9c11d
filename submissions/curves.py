"""The loss of fine-tuning, as a participant may see it.

A curve is about the public train split alone, and only the platform's own code draws one: no
program of a participant can write what it saw of hidden rows into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from competitions.models import Task
from submissions.models import Run, RunTask, Submission
from submissions.verdicts import owns_code


@dataclass(frozen=True, slots=True)
class Curve:
    """The mean loss over the steps since the point before; ``seed`` and ``steps`` count from 1."""

    seed: int
    steps: tuple[int, ...]
    losses: tuple[float, ...]

    @property
    def last(self) -> float:
        """The loss at the end of the training."""
        return self.losses[-1]


@dataclass(frozen=True, slots=True)
class Training:
    """The curves of one task, one for each seed."""

    task: Task
    curves: tuple[Curve, ...]


def trainings(submission: Submission) -> list[Training]:
    """Return the trainings of the last run of each task that was fine-tuned, in their order."""
    if owns_code(submission.format):
        return []
    rows = RunTask.objects.filter(
        run__submission=submission,
        run__purpose=Run.Purpose.SCORE,
        task__track=Task.Track.FINETUNE,
        state=RunTask.State.OK,
    ).select_related("task")
    latest = {row.task_id: row for row in rows.order_by("run__attempt", "pk")}
    found = [Training(row.task, _curves(row.report)) for row in latest.values()]
    shown = [each for each in found if each.curves]
    return sorted(shown, key=lambda each: (each.task.position, each.task.pk))


def _curves(report: dict[str, Any]) -> tuple[Curve, ...]:
    """Those that ``sandbox.curves`` accepted when the report came."""
    return tuple(
        Curve(seed, tuple(each["steps"]), tuple(each["losses"]))
        for seed, each in enumerate(report.get("curves", []), 1)
    )
