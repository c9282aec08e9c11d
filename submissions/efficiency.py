"""What a submission's run took, as its people may know it.

Before the close every figure is coarse, since the run held hidden rows. Where the participant's
own code ran it could report any figure, and choose what it uses: of such a run only what the
worker itself measured is told, and before the close only its time, in the steps in which its end
shows (see ``submissions.pacing``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from competitions.models import Competition
from submissions.models import Run, RunTask, Submission
from submissions.pacing import shown_end
from submissions.verdicts import owns_code

DIGITS = 2
_SOURCES = {
    "rapl": "of the whole machine meanwhile, by its own counters",
    "rapl+nvml": "of the whole machine and the run's GPUs meanwhile, by their own counters",
    "estimate": "estimated from CPU seconds",
    "estimate+nvml": "by the GPUs' own counters, for the processors estimated from CPU seconds",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFigures:
    """Of the whole run. ``at_most`` tells that the seconds are the end of a step.

    ``energy_source`` is one of ``sandbox.energy``.
    """

    seconds: float
    peak_memory_bytes: int | None
    energy_joules: float | None
    energy_source: str
    at_most: bool

    @property
    def energy_words(self) -> str:
        """How the energy is known, in words."""
        return _SOURCES.get(self.energy_source, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFigures:
    """Of one task; None where it was not measured. ``truncated`` is a share of the rows."""

    slug: str
    title: str
    load_seconds: float | None
    rows_per_second: float | None
    latency_p50_ms: float | None
    latency_p95_ms: float | None
    flops_per_row: float | None
    truncated: float | None
    gpu_peak_bytes: int | None
    parameters: int | None
    parameters_by_dtype: Mapping[str, int]
    model_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Efficiency:
    """What the last run over hidden rows took; no tasks where the participant's code ran."""

    run: RunFigures
    tasks: tuple[TaskFigures, ...]

    @property
    def shows_gpu(self) -> bool:
        """Whether any task had a GPU."""
        return any(task.gpu_peak_bytes is not None for task in self.tasks)


def efficiency(submission: Submission) -> Efficiency | None:
    """Return the figures of the last finished run, None before there is one."""
    done = submission.runs.filter(state=Run.State.DONE, purpose=Run.Purpose.SCORE)
    done = done.order_by("-attempt")
    run = done.prefetch_related("tasks__task").first()
    if run is None or "wall_seconds" not in run.usage:
        return None
    if owns_code(submission.format):
        closed = submission.competition.state == Competition.State.CLOSED
        return Efficiency(run=_rounded(run.usage) if closed else _stepped(run.usage), tasks=())
    return Efficiency(run=_rounded(run.usage), tasks=tuple(_tasks(run.tasks.all())))


def rounded(value: float | None) -> float | None:
    """Return a figure with as many digits as are told."""
    if value is None or not value:
        return value
    return round(value, DIGITS - 1 - math.floor(math.log10(abs(value))))


def _rounded(usage: Mapping[str, Any]) -> RunFigures:
    peak = rounded(usage.get("peak_memory_bytes"))
    return RunFigures(
        seconds=rounded(usage["wall_seconds"]) or 0.0,
        peak_memory_bytes=None if peak is None else int(peak),
        energy_joules=rounded(usage.get("energy_joules")),
        energy_source=usage.get("energy_source", ""),
        at_most=False,
    )


def _stepped(usage: Mapping[str, Any]) -> RunFigures:
    """The end of a run shows in these steps anyway; what else code chooses to use, not at all."""
    return RunFigures(
        seconds=shown_end(usage["wall_seconds"]),
        peak_memory_bytes=None,
        energy_joules=None,
        energy_source="",
        at_most=True,
    )


def _tasks(rows: Iterable[RunTask]) -> Iterable[TaskFigures]:
    for row in rows:
        report = row.report
        if row.state != RunTask.State.OK:
            continue
        gpu = rounded(report.get("gpu_peak_bytes"))
        yield TaskFigures(
            slug=row.task.slug,
            title=row.task.title,
            load_seconds=rounded(report.get("load_seconds")),
            rows_per_second=rounded(report.get("rows_per_second")),
            latency_p50_ms=rounded(report.get("latency_p50_ms")),
            latency_p95_ms=rounded(report.get("latency_p95_ms")),
            flops_per_row=rounded(report.get("flops_per_row")),
            truncated=_share(report.get("truncated_rows"), report.get("rows")),
            gpu_peak_bytes=None if gpu is None else int(gpu),
            parameters=report.get("parameters"),
            parameters_by_dtype=report.get("parameters_by_dtype", {}),
            model_bytes=report.get("model_bytes"),
        )


def _share(part: int | None, rows: int | None) -> float | None:
    return None if part is None or not rows else round(part / rows, 2)
