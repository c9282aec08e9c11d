"""Run a claimed submission over the hidden rows: execute it, record what came back.

This module and what it imports read inputs and models, never the label store.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from common import blobs
from common.errors import TooLarge
from common.transitions import transition
from competitions.models import Task
from sandbox.backend import Backend, BackendUnavailable
from sandbox.identity import hardware, identity_of
from sandbox.spec import STOPPED, Outcome, Progress, RunResult, TaskOutcome, Usage
from submissions import queue, sandboxes
from submissions.models import DeterminismCheck, Predictions, Run, RunTask, Submission
from submissions.needs import environment_of
from submissions.pacing import shown_end
from submissions.seal import seal
from submissions.staging import stage
from submissions.steps.claim import Claim, is_ours
from submissions.steps.sandbox_run import sandbox_run
from submissions.verdicts import NEEDS_PLATFORM_FORMAT, owns_code, refuses_code

logger = logging.getLogger(__name__)

# Progress is written at most this often for each task, in seconds.
PROGRESS_INTERVAL = 1.0


@dataclass(slots=True)
class Returned:
    """What an executed run left: the result, and its files as stored blobs by task slug."""

    result: RunResult
    predictions: dict[str, blobs.Blob] = field(default_factory=dict)
    log_sha256: str = ""
    environment: dict[str, Any] = field(default_factory=dict)


def execute(claim: Claim, *, backend: Backend) -> Returned:
    """Run over the hidden rows and store what came back.

    Where the participant's code runs, neither its progress nor its exact end is shown: both could
    be made to tell of hidden rows.
    """
    hides = owns_code(claim.run.submission.format)
    started = time.monotonic()
    with sandbox_run(
        claim,
        backend=backend,
        stage=lambda folder: stage(claim.run, tasks=claim.tasks, folder=folder),
        on_progress=_unseen if hides else ProgressWriter(claim.run),
    ) as ended:
        returned = _store(ended.result, claim.tasks)
        returned.environment = _environment(claim, backend)
        if hides:
            taken = time.monotonic() - started
            ended.lost.wait(shown_end(taken) - taken)
        return returned


def _environment(claim: Claim, backend: Backend) -> dict[str, Any]:
    """Name what the run was run with; an engine that no longer answers costs no verdict."""
    try:
        told = identity_of(backend, environment_of(claim.run.submission.format))
    except BackendUnavailable as error:
        logger.warning("run %s: what it was run with is unknown: %s", claim.run.pk, error)
        told = {}
    return {**told, "hardware": hardware()}


def _unseen(progress: Progress) -> None:
    """Leave progress unwritten."""


class ProgressWriter:
    """Writes a run's progress to its RunTask rows, at most once a second for each task."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._written: dict[str, float] = {}

    def __call__(self, progress: Progress) -> None:
        """Take one (untrusted) progress line."""
        if progress.task is None or not self._due(progress):
            return
        total = min(max(progress.total, 0), 2**31 - 1)
        RunTask.objects.filter(
            Q(state=RunTask.State.PENDING) | Q(state=RunTask.State.RUNNING),
            run=self._run,
            task__slug=progress.task,
        ).update(
            state=RunTask.State.RUNNING,
            rows_done=min(max(progress.done, 0), total),
            rows_total=total,
            rate=progress.rate,
        )

    def _due(self, progress: Progress) -> bool:
        now = time.monotonic()
        if progress.event == "progress" and now - self._last(progress) < PROGRESS_INTERVAL:
            return False
        self._written[progress.task or ""] = now
        return True

    def _last(self, progress: Progress) -> float:
        return self._written.get(progress.task or "", float("-inf"))


def record(claim: Claim, returned: Returned) -> None:
    """Write down what a run returned, if the run is still ours, and enqueue the next step."""
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=claim.run.pk)
        if not is_ours(run, claim):
            return
        if is_our_fault(returned.result):
            give_back(run=run, reason=returned.result.reason or "platform_fault")
        else:
            record_verdict(run, claim, returned)


def is_our_fault(result: RunResult) -> bool:
    """Tell whether a run ended by something that is no verdict on the submission."""
    faults = [each for each in result.tasks if each.outcome == Outcome.PLATFORM_FAULT]
    return result.reason == STOPPED or result.outcome == Outcome.PLATFORM_FAULT or bool(faults)


def give_back(*, run: Run, reason: str) -> Run:
    """Count a running run as lost by us and queue the next attempt. Needs a transaction."""
    submission = run.submission
    now = timezone.now()
    transition(run, Run.State.RUNNING, Run.State.LOST, ended_at=now, reason=reason[:300])
    if run.purpose == Run.Purpose.SCORE:
        transition(submission, Submission.State.RUNNING, Submission.State.QUEUED)
    following = queue_run(
        submission=submission, attempt=run.attempt + 1, purpose=Run.Purpose(run.purpose)
    )
    DeterminismCheck.objects.filter(repeat=run).update(repeat=following)
    logger.warning("run %s lost (%s); attempt %s queued", run.pk, reason, following.attempt)
    return following


def queue_run(
    *, submission: Submission, attempt: int, purpose: Run.Purpose = Run.Purpose.SCORE
) -> Run:
    """Make the next run over all tasks. The first try starts at once, the others by and by."""
    run = Run.objects.create(submission=submission, attempt=attempt, purpose=purpose)
    tasks = submission.participation.competition.tasks.all()
    RunTask.objects.bulk_create([RunTask(run=run, task=task) for task in tasks])
    if attempt <= 2:
        queue.enqueue_infer(run)
    return run


def record_verdict(run: Run, claim: Claim, returned: Returned) -> None:
    """Write the end of a (locked, running) run, and ask for its scoring."""
    result = returned.result
    transition(
        run,
        Run.State.RUNNING,
        Run.State.DONE,
        ended_at=timezone.now(),
        lease_until=None,
        outcome=str(result.outcome),
        reason=result.reason[:300],
        log_sha256=returned.log_sha256,
        usage=_stored_usage(result.usage),
        environment=returned.environment,
    )
    by_slug = {task.slug: task for task in claim.tasks}
    for outcome in result.tasks:
        _record_task(run, by_slug[outcome.task], outcome, returned.predictions)
    if run.purpose == Run.Purpose.CHECK:
        queue.enqueue_compare(run)
        return
    transition(run.submission, Submission.State.RUNNING, Submission.State.SCORING)
    queue.enqueue_score(run.submission)


def _stored_usage(usage: Usage) -> dict[str, Any]:
    stored: dict[str, Any] = {
        "wall_seconds": usage.wall_seconds,
        "peak_memory_bytes": usage.peak_memory_bytes,
        "output_bytes": usage.output_bytes,
        "log_bytes": usage.log_bytes,
    }
    if usage.energy is not None:
        stored["energy_joules"] = round(usage.energy.joules, 3)
        stored["energy_source"] = usage.energy.source
    return stored


def _record_task(run: Run, task: Task, outcome: TaskOutcome, stored: dict[str, blobs.Blob]) -> None:
    if refuses_code(task, run.submission.format):
        outcome, stored = _refused(outcome), {}
    row = RunTask.objects.get(run=run, task=task)
    blob = stored.get(task.slug)
    good = outcome.outcome == Outcome.OK and blob is not None
    transition(
        row,
        row.state,
        RunTask.State.OK if good else RunTask.State.FAILED,
        outcome=str(outcome.outcome),
        error_code=(outcome.error_code or ("" if good else "no_predictions"))[:60],
        error_message=(outcome.message or "")[:2000],
        report=dict(outcome.report),
    )
    if good and blob is not None and task.dataset is not None:
        predictions = Predictions(
            run=run, task=task, dataset=task.dataset, sha256=blob.sha256, size=blob.size
        )
        predictions.seal = seal(predictions)
        predictions.save()


def _refused(outcome: TaskOutcome) -> TaskOutcome:
    code, message = NEEDS_PLATFORM_FORMAT
    return replace(
        outcome, outcome=Outcome.REFUSED, error_code=code, message=message, predictions=None
    )


def _store(result: RunResult, tasks: list[Task]) -> Returned:
    allowed = {task.slug: sandboxes.output_bytes(task) for task in tasks}
    stored: dict[str, blobs.Blob] = {}
    outcomes = tuple(_keep(each, stored, max_bytes=allowed[each.task]) for each in result.tasks)
    return Returned(
        result=replace(result, tasks=outcomes),
        predictions=stored,
        log_sha256=blobs.logs.put_bytes(result.log).sha256,
    )


def _keep(outcome: TaskOutcome, stored: dict[str, blobs.Blob], *, max_bytes: int) -> TaskOutcome:
    """Store a task's predictions; a file above its own limit is that task's verdict.

    It may fit into the output of the whole run all the same, which is as large as all its tasks.
    """
    if outcome.predictions is None or outcome.outcome != Outcome.OK:
        return outcome
    try:
        with outcome.predictions.open("rb") as stream:
            stored[outcome.task] = blobs.predictions.put(stream, max_bytes=max_bytes)
    except TooLarge:
        return replace(
            outcome,
            outcome=Outcome.OUTPUT_LIMIT,
            error_code="output_limit",
            message=f"The answers to this task have more than {max_bytes} bytes.",
            predictions=None,
        )
    return outcome
