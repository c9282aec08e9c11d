"""Turns the facts about an ended sandbox into outcomes. Pure: no engine, no files."""

from dataclasses import dataclass
from enum import Enum

from sandbox.output import Collected, Found
from sandbox.spec import STOPPED, Outcome, RunSpec, TaskOutcome

_REPORTED = {
    "timeout": Outcome.TIMEOUT,
    "out_of_memory": Outcome.OUT_OF_MEMORY,
    "output_limit": Outcome.OUTPUT_LIMIT,
    "internal": Outcome.CRASHED,
    "non_finite_output": Outcome.CRASHED,
}
"""Outcomes by the runner's error code; every other code says what is wrong with the files."""

_NOT_THEIRS = str(Outcome.PLATFORM_FAULT)
"""A code that costs its participant nothing: no report may say it."""

_LEFT_BEHIND = {
    Outcome.OK: ("no_report", "The runner ended without a report for this task."),
    Outcome.TIMEOUT: ("timeout", "The time limit was reached before this task was done."),
    Outcome.OUT_OF_MEMORY: ("out_of_memory", "The memory limit was reached."),
    Outcome.OUTPUT_LIMIT: ("output_limit", "The limit of written files was reached."),
    Outcome.CRASHED: ("crashed", "The runner ended abnormally before this task was done."),
    Outcome.REFUSED: ("refused", "The run was refused."),
    Outcome.PLATFORM_FAULT: ("platform_fault", "The platform could not finish this run."),
}


class Ending(Enum):
    """Why the worker stopped waiting."""

    EXITED = "exited"
    TASK_TIME = "task_time"
    TOTAL_TIME = "total_time"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Exit:
    """How the sandbox ended. `exit_code` is None where it was never learned."""

    ending: Ending
    exit_code: int | None
    out_of_memory: bool


def judge(end: Exit, collected: Collected) -> tuple[Outcome, str]:
    """The outcome of a whole run, with a sentence on why."""
    if end.ending is Ending.STOPPED:
        return Outcome.PLATFORM_FAULT, STOPPED
    if end.ending is Ending.TASK_TIME:
        return Outcome.TIMEOUT, "a task went on past its time limit"
    if end.ending is Ending.TOTAL_TIME:
        return Outcome.TIMEOUT, "the time limit of the whole run was reached"
    if end.exit_code == 0:
        return Outcome.OK, "the runner walked through all tasks"
    if end.out_of_memory:
        return Outcome.OUT_OF_MEMORY, "the memory limit was reached"
    if collected.full:
        return Outcome.OUTPUT_LIMIT, "the limit of written files was reached"
    if end.exit_code is None:
        return Outcome.PLATFORM_FAULT, "the sandbox ended and its exit status is unknown"
    return Outcome.CRASHED, f"the runner ended with status {end.exit_code}"


def judge_task(task: str, found: Found, *, run: Outcome, full: bool) -> TaskOutcome:
    """The outcome of one task; a task that was finished keeps its own whatever came later."""
    outcome, code, message = _assess(found, run=run, full=full)
    return TaskOutcome(
        task=task,
        outcome=outcome,
        error_code=code,
        message=message,
        predictions=found.predictions if outcome is Outcome.OK else None,
        report=found.report or {},
        extras=found.extras if outcome is Outcome.OK else {},
    )


def all_failed(spec: RunSpec, outcome: Outcome) -> tuple[TaskOutcome, ...]:
    """Task outcomes of a run that left nothing to collect."""
    return tuple(judge_task(task, Found(), run=outcome, full=False) for task in spec.tasks)


def _assess(found: Found, *, run: Outcome, full: bool) -> tuple[Outcome, str | None, str | None]:
    refusals = {name: code for name, code in found.refused.items() if code != "absent"}
    if "too_large" in refusals.values():
        return Outcome.OUTPUT_LIMIT, "output_limit", "A result file is larger than allowed."
    if refusals:
        name = min(refusals)
        return Outcome.REFUSED, "bad_output", f"{name} was not accepted: {refusals[name]}."
    if found.report is None:
        if full and run in {Outcome.OK, Outcome.CRASHED}:
            run = Outcome.OUTPUT_LIMIT
        outcome = Outcome.CRASHED if run is Outcome.OK else run
        return outcome, *_LEFT_BEHIND[run]
    if found.report["status"] == "failed":
        return _assess_failure(found.report, full=full)
    if found.predictions is None:
        return Outcome.CRASHED, "no_predictions", "The task has a report but no predictions."
    return Outcome.OK, None, None


def _assess_failure(
    report: dict[str, object], *, full: bool
) -> tuple[Outcome, str | None, str | None]:
    code = str(report.get("error_code", "internal"))
    if code == _NOT_THEIRS:
        code = "internal"
    outcome = _REPORTED.get(code, Outcome.REFUSED)
    if full and outcome is Outcome.CRASHED:
        return Outcome.OUTPUT_LIMIT, *_LEFT_BEHIND[Outcome.OUTPUT_LIMIT]
    return outcome, code, str(report.get("message", "")) or None
