"""Puts the parts of an ended run together into its RunResult; every backend ends here."""

from dataclasses import dataclass

from sandbox.output import Collected
from sandbox.spec import Energy, Outcome, RunResult, RunSpec, Usage
from sandbox.verdict import Exit, all_failed, judge, judge_task


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the worker saw of a run while it was on."""

    backend: str
    wall_seconds: float
    peak_memory_bytes: int | None
    energy: Energy | None
    log: bytes
    log_bytes: int


def ended(spec: RunSpec, end: Exit, collected: Collected, measured: Measured) -> RunResult:
    """The result of a run whose output was collected."""
    outcome, reason = judge(end, collected)
    tasks = tuple(
        judge_task(task, collected.tasks[task], run=outcome, full=collected.full)
        for task in spec.tasks
    )
    return RunResult(
        outcome=outcome,
        reason=reason,
        tasks=tasks,
        usage=_usage(measured, output_bytes=collected.used_bytes),
        log=measured.log,
        backend=measured.backend,
        exit_code=end.exit_code,
    )


def faulted(spec: RunSpec, reason: str, measured: Measured) -> RunResult:
    """The result of a run that the platform failed."""
    return RunResult(
        outcome=Outcome.PLATFORM_FAULT,
        reason=reason,
        tasks=all_failed(spec, Outcome.PLATFORM_FAULT),
        usage=_usage(measured, output_bytes=0),
        log=measured.log,
        backend=measured.backend,
        exit_code=None,
    )


def _usage(measured: Measured, *, output_bytes: int) -> Usage:
    return Usage(
        wall_seconds=measured.wall_seconds,
        peak_memory_bytes=measured.peak_memory_bytes,
        energy=measured.energy,
        output_bytes=output_bytes,
        log_bytes=measured.log_bytes,
    )
