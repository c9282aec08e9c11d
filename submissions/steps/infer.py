"""Run a submission in a sandbox: claim the run, execute it, record what came back.

This module and what it imports read inputs and models, never the label store.
"""

from __future__ import annotations

import logging
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from common import blobs
from common.transitions import LostRace, transition
from competitions.models import Task
from sandbox.backend import Backend
from sandbox.spec import STOPPED, Outcome, Progress, RunResult, RunSpec, TaskOutcome
from submissions import queue, sandboxes
from submissions.lease import heartbeat, lease_end
from submissions.models import Predictions, Run, RunTask, Submission
from submissions.staging import stage

logger = logging.getLogger(__name__)

# Progress is written at most this often for each task, in seconds.
PROGRESS_INTERVAL = 1.0


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that is ours until its lease ends. ``datasets`` maps task slug to dataset id."""

    run: Run
    token: str
    tasks: list[Task]


@dataclass(slots=True)
class Returned:
    """What an executed run left: the result, and its files as stored blobs by task slug."""

    result: RunResult
    predictions: dict[str, blobs.Blob] = field(default_factory=dict)
    log_sha256: str = ""


def claim_run(*, run_id: int, worker: str, backend: str) -> Claim | None:
    """Take a queued run and its submission, or return None when it is not ours to take."""
    token = secrets.token_hex(16)
    now = timezone.now()
    runs = Run.objects.select_related("submission__participation__competition")
    run = runs.filter(pk=run_id).first()
    if run is None:
        return None
    try:
        with transaction.atomic():
            transition(
                run,
                Run.State.QUEUED,
                Run.State.RUNNING,
                lease_token=token,
                lease_until=lease_end(now),
                started_at=now,
                worker=worker,
                backend=backend,
            )
            transition(run.submission, Submission.State.QUEUED, Submission.State.RUNNING)
    except LostRace as lost:
        logger.info("%s", lost)
        return None
    wanted = run.tasks.select_related("task__dataset").order_by("task__position", "task_id")
    return Claim(run=run, token=token, tasks=[each.task for each in wanted])


def renew(claim: Claim) -> bool:
    """Push the lease's end away; False when the run is no longer ours."""
    ours = Run.objects.filter(
        pk=claim.run.pk, state=Run.State.RUNNING, lease_token=claim.token
    ).update(lease_until=lease_end())
    return bool(ours)


def execute(claim: Claim, *, backend: Backend) -> Returned:
    """Stage, run and store; nothing here holds a transaction."""
    competition = claim.run.submission.participation.competition
    with heartbeat(partial(renew, claim)) as beat, _work_folder(claim.run) as folder:
        (folder / "in").mkdir()
        (folder / "out").mkdir()
        stage(claim.run, tasks=claim.tasks, folder=folder / "in")
        spec = RunSpec(
            name=f"podium-{claim.run.pk}-{claim.token[:8]}",
            input_dir=folder / "in",
            tasks=tuple(task.slug for task in claim.tasks),
            limits=sandboxes.limits(competition, claim.tasks),
        )
        result = backend.run(
            spec,
            output_dir=folder / "out",
            on_progress=ProgressWriter(claim.run),
            should_stop=beat.lost.is_set,
        )
        return _store(result, claim.tasks)


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
    result = returned.result
    faults = [each for each in result.tasks if each.outcome == Outcome.PLATFORM_FAULT]
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=claim.run.pk)
        if run.state != Run.State.RUNNING or run.lease_token != claim.token:
            logger.warning("run %s is no longer ours; its result is dropped", run.pk)
        elif result.reason == STOPPED or result.outcome == Outcome.PLATFORM_FAULT or faults:
            give_back(run=run, reason=result.reason or "platform_fault")
        else:
            _record_verdict(run, claim, returned)


def give_back(*, run: Run, reason: str) -> Run:
    """Count a running run as lost by us and queue the next attempt. Needs a transaction."""
    submission = run.submission
    now = timezone.now()
    transition(run, Run.State.RUNNING, Run.State.LOST, ended_at=now, reason=reason[:300])
    transition(submission, Submission.State.RUNNING, Submission.State.QUEUED)
    following = queue_run(submission=submission, attempt=run.attempt + 1)
    logger.warning("run %s lost (%s); attempt %s queued", run.pk, reason, following.attempt)
    return following


def queue_run(*, submission: Submission, attempt: int) -> Run:
    """Make the next run over all tasks. The first try starts at once, the others by and by."""
    run = Run.objects.create(submission=submission, attempt=attempt)
    tasks = submission.participation.competition.tasks.all()
    RunTask.objects.bulk_create([RunTask(run=run, task=task) for task in tasks])
    if attempt <= 2:
        queue.enqueue_infer(run)
    return run


def _record_verdict(run: Run, claim: Claim, returned: Returned) -> None:
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
        usage={
            "wall_seconds": result.usage.wall_seconds,
            "peak_memory_bytes": result.usage.peak_memory_bytes,
            "output_bytes": result.usage.output_bytes,
            "log_bytes": result.usage.log_bytes,
        },
    )
    by_slug = {task.slug: task for task in claim.tasks}
    for outcome in result.tasks:
        _record_task(run, by_slug[outcome.task], outcome, returned.predictions)
    transition(run.submission, Submission.State.RUNNING, Submission.State.SCORING)
    queue.enqueue_score(run.submission)


def _record_task(run: Run, task: Task, outcome: TaskOutcome, stored: dict[str, blobs.Blob]) -> None:
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
        Predictions.objects.create(
            run=run, task=task, dataset=task.dataset, sha256=blob.sha256, size=blob.size
        )


def _store(result: RunResult, tasks: list[Task]) -> Returned:
    returned = Returned(result=result, log_sha256=blobs.logs.put_bytes(result.log).sha256)
    allowed = {task.slug: sandboxes.output_bytes(task) for task in tasks}
    for outcome in result.tasks:
        if outcome.predictions is not None and outcome.outcome == Outcome.OK:
            with outcome.predictions.open("rb") as stream:
                blob = blobs.predictions.put(stream, max_bytes=allowed[outcome.task])
            returned.predictions[outcome.task] = blob
    return returned


@contextmanager
def _work_folder(run: Run) -> Iterator[Path]:
    root = Path(settings.WORK_DIR)
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, prefix=f"run-{run.pk}-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
