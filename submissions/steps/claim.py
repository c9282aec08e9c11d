"""Take a queued run: once, with a lease, and only where a worker has all that it needs."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from common.transitions import LostRace, transition
from competitions.models import Task
from submissions.lease import lease_end
from submissions.models import Run, Submission, Worker
from submissions.needs import in_words, missing

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that is ours until its lease ends."""

    run: Run
    token: str
    tasks: list[Task]


def claim_run(
    *, run_id: int, worker: str, backend: str, held: frozenset[str], environments: frozenset[str]
) -> Claim | None:
    """Take a queued run and its submission, or return None when it is not ours to take.

    A run that needs more than ``held``, or another environment than ``environments``, stays in
    the queue for another worker, with what this one lacks written down for its page.
    """
    runs = Run.objects.select_related("submission__participation__competition")
    run = runs.filter(pk=run_id).first()
    if run is None:
        return None
    Worker.objects.filter(name=worker).update(seen_at=timezone.now())
    lacking = missing(run.submission, held=held, environments=environments)
    if lacking:
        _leave(run, worker, lacking)
        return None
    return _take(run, worker=worker, backend=backend, held=held)


def renew(claim: Claim) -> bool:
    """Push the lease's end away; False when the run is no longer ours."""
    ours = Run.objects.filter(
        pk=claim.run.pk, state=Run.State.RUNNING, lease_token=claim.token
    ).update(lease_until=lease_end())
    return bool(ours)


def is_ours(run: Run, claim: Claim) -> bool:
    """Tell whether a (locked) run still belongs to this claim."""
    if run.state == Run.State.RUNNING and run.lease_token == claim.token:
        return True
    logger.warning("run %s is no longer ours; its result is dropped", run.pk)
    return False


def _leave(run: Run, worker: str, lacking: frozenset[str]) -> None:
    logger.warning("run %s is left to another worker: %s lacks %s", run.pk, worker, lacking)
    Run.objects.filter(pk=run.pk, state=Run.State.QUEUED).update(
        missing=sorted(lacking), reason=f"{worker} lacks {in_words(lacking)}."[:300]
    )


def _take(run: Run, *, worker: str, backend: str, held: frozenset[str]) -> Claim | None:
    token = secrets.token_hex(16)
    now = timezone.now()
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
                guarantees=sorted(held),
                missing=[],
                reason="",
            )
            if run.purpose == Run.Purpose.SCORE:
                transition(run.submission, Submission.State.QUEUED, Submission.State.RUNNING)
    except LostRace as lost:
        logger.info("%s", lost)
        return None
    wanted = run.tasks.select_related("task__dataset").order_by("task__position", "task_id")
    return Claim(run=run, token=token, tasks=[each.task for each in wanted])
