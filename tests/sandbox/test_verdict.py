"""Outcomes follow from the facts; a finished task keeps its own."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.output import Collected, Found
from sandbox.spec import STOPPED, Outcome, RunSpec
from sandbox.verdict import Ending, Exit, all_failed, judge, judge_task
from tests.sandbox.lab import LIMITS

EMPTY = Collected(tasks={}, used_bytes=0, full=False)
FULL = Collected(tasks={}, used_bytes=0, full=True)


def end(
    ending: Ending = Ending.EXITED, exit_code: int | None = 0, out_of_memory: bool = False
) -> Exit:
    return Exit(ending=ending, exit_code=exit_code, out_of_memory=out_of_memory)


@pytest.mark.parametrize(
    ("facts", "collected", "outcome"),
    [
        (end(), EMPTY, Outcome.OK),
        (end(exit_code=1), EMPTY, Outcome.CRASHED),
        (end(exit_code=137), EMPTY, Outcome.CRASHED),
        (end(exit_code=137, out_of_memory=True), EMPTY, Outcome.OUT_OF_MEMORY),
        (end(exit_code=None, out_of_memory=True), EMPTY, Outcome.OUT_OF_MEMORY),
        (end(exit_code=0, out_of_memory=True), EMPTY, Outcome.OK),
        (end(exit_code=1), FULL, Outcome.OUTPUT_LIMIT),
        (end(exit_code=0), FULL, Outcome.OK),
        (end(exit_code=None), EMPTY, Outcome.PLATFORM_FAULT),
        (end(Ending.TOTAL_TIME, 137), EMPTY, Outcome.TIMEOUT),
        (end(Ending.TASK_TIME, 137), FULL, Outcome.TIMEOUT),
        (end(Ending.STOPPED, 137), EMPTY, Outcome.PLATFORM_FAULT),
    ],
)
def test_a_run_s_outcome(facts: Exit, collected: Collected, outcome: Outcome) -> None:
    assert judge(facts, collected)[0] is outcome


def test_a_stopped_run_says_so_in_its_reason() -> None:
    assert judge(end(Ending.STOPPED), EMPTY)[1] == STOPPED


GOOD = {"report": {"status": "ok"}, "predictions": Path("p")}


def failed(code: str | None) -> dict[str, Any]:
    report = {"status": "failed", "message": "why"} | ({"error_code": code} if code else {})
    return {"report": report, "predictions": Path("p")}


@pytest.mark.parametrize(
    ("found", "run", "full", "outcome", "code"),
    [
        (GOOD, Outcome.OK, False, Outcome.OK, None),
        (GOOD, Outcome.TIMEOUT, False, Outcome.OK, None),
        (GOOD, Outcome.OUT_OF_MEMORY, True, Outcome.OK, None),
        ({}, Outcome.OK, False, Outcome.CRASHED, "no_report"),
        ({}, Outcome.OK, True, Outcome.OUTPUT_LIMIT, "output_limit"),
        ({}, Outcome.TIMEOUT, False, Outcome.TIMEOUT, "timeout"),
        ({}, Outcome.OUT_OF_MEMORY, False, Outcome.OUT_OF_MEMORY, "out_of_memory"),
        ({}, Outcome.CRASHED, False, Outcome.CRASHED, "crashed"),
        ({}, Outcome.PLATFORM_FAULT, False, Outcome.PLATFORM_FAULT, "platform_fault"),
        ({"report": {"status": "ok"}}, Outcome.OK, False, Outcome.CRASHED, "no_predictions"),
        (failed("missing_head"), Outcome.OK, False, Outcome.REFUSED, "missing_head"),
        (failed("timeout"), Outcome.OK, False, Outcome.TIMEOUT, "timeout"),
        (failed("out_of_memory"), Outcome.OK, False, Outcome.OUT_OF_MEMORY, "out_of_memory"),
        (failed("internal"), Outcome.OK, False, Outcome.CRASHED, "internal"),
        (failed("internal"), Outcome.OK, True, Outcome.OUTPUT_LIMIT, "output_limit"),
        (failed(None), Outcome.OK, False, Outcome.CRASHED, "internal"),
        (failed("platform_fault"), Outcome.OK, False, Outcome.CRASHED, "internal"),
        ({"refused": {"report.json": "linked"}}, Outcome.OK, False, Outcome.REFUSED, "bad_output"),
        (
            {"report": {"status": "ok"}, "refused": {"predictions.jsonl": "too_large"}},
            Outcome.OK,
            False,
            Outcome.OUTPUT_LIMIT,
            "output_limit",
        ),
    ],
)
def test_a_task_s_outcome(
    found: dict[str, Any], run: Outcome, full: bool, outcome: Outcome, code: str | None
) -> None:
    task = judge_task("a", Found(**found), run=run, full=full)
    assert (task.outcome, task.error_code) == (outcome, code)
    assert (task.predictions is not None) == (outcome is Outcome.OK)


def test_no_report_can_claim_a_fault_of_the_platform() -> None:
    for code in ("platform_fault", "anything", "ok"):
        task = judge_task("a", Found(**failed(code)), run=Outcome.OK, full=False)
        assert task.outcome not in {Outcome.PLATFORM_FAULT, Outcome.OK}
        assert task.error_code != "platform_fault"  # which is charged to nobody


def test_a_run_that_left_nothing_fails_all_its_tasks() -> None:
    spec = RunSpec(name="run", input_dir=Path("/in"), tasks=("a", "b"), limits=LIMITS)
    tasks = all_failed(spec, Outcome.PLATFORM_FAULT)
    assert [task.task for task in tasks] == ["a", "b"]
    assert {task.outcome for task in tasks} == {Outcome.PLATFORM_FAULT}
