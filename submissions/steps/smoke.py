"""The smoke run: every submission meets public sample rows before it meets a hidden one.

It has a sandbox of its own that holds no hidden row, so its log and its errors may be shown to the
participant. Nothing that came out of the run over hidden rows is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from common import blobs
from competitions.blinding import blind_id
from competitions.kinds import get_kind
from competitions.models import Task
from sandbox.backend import Backend
from sandbox.spec import Outcome, RunResult, TaskOutcome
from scoring.predictions import PredictionsInvalid, read_predictions
from submissions import explanations, sandboxes
from submissions.models import Run, RunTask
from submissions.practice import practised, sample_rows
from submissions.staging import answered_parts, stage_samples
from submissions.steps.claim import Claim, is_ours
from submissions.steps.infer import Returned, give_back, is_our_fault, record_verdict
from submissions.steps.sandbox_run import sandbox_run
from submissions.verdicts import NEEDS_PLATFORM_FORMAT, refuses_code


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a task failed over the sample rows, in words that its participant may read."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Smoked:
    """How the smoke run ended, by task slug: ``faults``, or what ``practice`` showed."""

    result: RunResult
    log_sha256: str
    faults: Mapping[str, Fault] = field(default_factory=dict)
    practice: Mapping[str, dict[str, Any]] = field(default_factory=dict)


def execute(claim: Claim, *, backend: Backend) -> Smoked:
    """Run over the sample rows and look at the answers as the scorer will."""
    with sandbox_run(
        claim,
        backend=backend,
        stage=lambda folder: stage_samples(claim.run, tasks=claim.tasks, folder=folder),
        on_progress=lambda step: None,
        extra_files=(explanations.FILE,),
    ) as ended:
        result = ended.result
        by_slug = {task.slug: task for task in claim.tasks}
        looked = {each.task: _look(claim.run, by_slug[each.task], each) for each in result.tasks}
        return Smoked(
            result=result,
            log_sha256=blobs.logs.put_bytes(result.log).sha256,
            faults={slug: each for slug, each in looked.items() if isinstance(each, Fault)},
            practice={slug: each for slug, each in looked.items() if isinstance(each, dict)},
        )


def record(claim: Claim, smoked: Smoked) -> bool:
    """Write down how it went; tell whether the run goes on to the hidden rows.

    It does not where no task gave an answer: that is the verdict then. A fault of ours gives the
    run back.
    """
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=claim.run.pk)
        if not is_ours(run, claim):
            return False
        if is_our_fault(smoked.result):
            give_back(run=run, reason=smoked.result.reason or "platform_fault")
            return False
        _write(run, smoked)
        if len(smoked.faults) < len(claim.tasks):
            return True
        record_verdict(run, claim, Returned(result=_failed(smoked), log_sha256=smoked.log_sha256))
        return False


def _write(run: Run, smoked: Smoked) -> None:
    run.smoke_outcome = str(smoked.result.outcome)
    run.smoke_log_sha256 = smoked.log_sha256
    run.save(update_fields=["smoke_outcome", "smoke_log_sha256"])
    for slug, fault in smoked.faults.items():
        RunTask.objects.filter(run=run, task__slug=slug).update(
            smoke_code=fault.code[:60], smoke_message=fault.message[:2000]
        )
    for slug, practice in smoked.practice.items():
        RunTask.objects.filter(run=run, task__slug=slug).update(practice=practice)


def _failed(smoked: Smoked) -> RunResult:
    """The result as a verdict: answers to sample rows are no predictions."""
    result = smoked.result
    tasks = tuple(
        TaskOutcome(
            task=each.task,
            outcome=Outcome.REFUSED if each.outcome == Outcome.OK else each.outcome,
            error_code=smoked.faults[each.task].code,
            message=smoked.faults[each.task].message,
            predictions=None,
            report=each.report,
        )
        for each in result.tasks
    )
    return RunResult(
        outcome=result.outcome,
        reason=result.reason,
        tasks=tasks,
        usage=result.usage,
        log=result.log,
        backend=result.backend,
        exit_code=result.exit_code,
    )


def _look(run: Run, task: Task, outcome: TaskOutcome) -> Fault | dict[str, Any]:
    """Say what is wrong with a task's answers, or what they show."""
    if refuses_code(task, run.submission.format):
        return Fault(*NEEDS_PLATFORM_FORMAT)
    if outcome.outcome != Outcome.OK or outcome.predictions is None:
        return Fault(outcome.error_code or "no_predictions", outcome.message or "")
    rows = _rows(run, task)
    try:
        answers = _read(task, outcome.predictions, rows)
    except PredictionsInvalid as error:
        return Fault(error.code, error.message)
    if not answers:
        return Fault("no_predictions", "Not one sample row got an answer of this task's shape.")
    found = practised(run, task, answers)
    raw = outcome.extras.get(explanations.FILE)
    if raw is not None:
        found["explanations"] = explanations.read_explanations(raw, rows=rows, answers=answers)
    return found


def _rows(run: Run, task: Task) -> dict[str, Mapping[str, Any]]:
    """Return the inputs of the rows that were to be answered, by blinded id."""
    return {
        blind_id(key=run.key, task=task.slug, part=part, row_id=row["id"]): row["input"]
        for _, part in answered_parts(task)
        for row in sample_rows(task, part)
    }


def _read(task: Task, file: Path, rows: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers; raises PredictionsInvalid."""
    with file.open("rb") as stream:
        return read_predictions(
            stream,
            kind=get_kind(task.kind),
            track=task.track,
            expected_ids=rows,
            labels=task.classes,
            max_bytes=sandboxes.rehearsal_bytes(task),
        )
