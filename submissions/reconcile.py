"""Finds what nobody works on any more and puts it back on its way.

The database is the truth: this needs no memory of its own, may run anywhere, any number of times,
and repairs an emptied queue server, a killed worker and a lost job alike.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from common.transitions import LostRace, transition
from competitions.models import Competition
from submissions import queue
from submissions.determinism import start_checks, unchecked_competitions
from submissions.models import DeterminismCheck, DuplicateSearch, Run, Submission, Upload
from submissions.services.duplicates import compare_at_close
from submissions.steps.board import stale_competitions
from submissions.steps.infer import give_back
from submissions.steps.rescore import unfinished_rescorings
from submissions.steps.score import needs_rescoring

logger = logging.getLogger(__name__)

LONGEST_WAIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Repairs:
    """How many rows of each kind were put back on their way."""

    runs_lost: int
    runs_enqueued: int
    validations: int
    scorings: int
    uploads_expired: int
    checks_started: int
    comparisons: int
    boards: int
    searches: int
    rescorings: int


def reconcile(now: datetime | None = None) -> Repairs:
    """Look at everything unfinished once and repair it."""
    now = now or timezone.now()
    return Repairs(
        runs_lost=_give_back_lost_runs(now),
        runs_enqueued=_enqueue_waiting_runs(now),
        validations=_enqueue_validations(now),
        scorings=_enqueue_scorings(now),
        uploads_expired=_expire_uploads(now),
        checks_started=sum(
            len(start_checks(competition=each)) for each in unchecked_competitions()
        ),
        comparisons=_enqueue_comparisons(now),
        boards=_enqueue_boards(),
        searches=_enqueue_searches(now),
        rescorings=_enqueue_rescorings(),
    )


def backoff(attempt: int) -> timedelta:
    """Return how long an attempt waits: at once twice, then 10 s doubling up to 10 minutes."""
    if attempt <= 2:
        return timedelta()
    return min(LONGEST_WAIT, timedelta(seconds=10 * 2 ** min(attempt - 3, 10)))


def _give_back_lost_runs(now: datetime) -> int:
    lost = Run.objects.filter(state=Run.State.RUNNING, lease_until__lt=now)
    return sum(_give_back(run.pk, now) for run in lost.only("pk"))


def _give_back(run_id: int, now: datetime) -> bool:
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.state != Run.State.RUNNING or run.lease_until is None or run.lease_until >= now:
            return False
        give_back(run=run, reason="The worker stopped answering.")
    queue.forget("infer", run_id)
    return True


def _enqueue_waiting_runs(now: datetime) -> int:
    count = 0
    grace = timedelta(seconds=settings.LEASE_SECONDS)
    waiting = Run.objects.filter(state=Run.State.QUEUED).select_related(
        "submission__participation__competition"
    )
    for run in waiting:
        if now - run.queued_at >= max(
            backoff(run.attempt), grace if run.attempt <= 2 else grace / 4
        ):
            queue.enqueue_infer(run)
            count += 1
    return count


def _enqueue_validations(now: datetime) -> int:
    return _enqueue_unleased(
        Submission.objects.filter(
            Q(state=Submission.State.RECEIVED) | Q(state=Submission.State.VALIDATING)
        ),
        "validate",
        now,
    )


def _enqueue_scorings(now: datetime) -> int:
    for submission in needs_rescoring():
        _start_rescoring(submission)
    return _enqueue_unleased(
        Submission.objects.filter(state=Submission.State.SCORING), "score", now
    )


def _start_rescoring(submission: Submission) -> None:
    try:
        with transaction.atomic():
            # It may have been closed since it was looked at; then its scores stand.
            competition = Competition.objects.select_for_update().get(pk=submission.competition.pk)
            if competition.state != Competition.State.PUBLISHED:
                return
            transition(submission, submission.state, Submission.State.SCORING, lease_until=None)
            queue.enqueue_score(submission)
    except LostRace as lost:
        logger.info("%s", lost)


def _enqueue_unleased(submissions: QuerySet[Submission], job: str, now: datetime) -> int:
    grace = now - timedelta(seconds=settings.LEASE_SECONDS)
    idle = submissions.filter(
        Q(lease_until__lt=now) | Q(lease_until=None, state_since__lt=grace)
    ).order_by(F("created_at"))
    enqueue = {"validate": queue.enqueue_validate, "score": queue.enqueue_score}[job]
    count = 0
    for submission in idle:
        if submission.lease_until is not None:
            queue.forget(job, str(submission.pk))
        enqueue(submission)
        count += 1
    return count


def _enqueue_comparisons(now: datetime) -> int:
    grace = now - timedelta(seconds=settings.LEASE_SECONDS)
    waiting = DeterminismCheck.objects.filter(
        state=DeterminismCheck.State.RUNNING,
        repeat__state=Run.State.DONE,
        repeat__ended_at__lt=grace,
    )
    for check in waiting.select_related("repeat"):
        queue.enqueue_compare(check.repeat)
    return len(waiting)


def _enqueue_boards() -> int:
    stale = stale_competitions()
    for competition in stale:
        queue.enqueue_board(competition)
    return len(stale)


def _enqueue_searches(now: datetime) -> int:
    """Look for duplicates after each close, and make what was asked for and lost."""
    begun = sum(compare_at_close(competition=each) for each in _closed_without_search())
    grace = now - timedelta(seconds=settings.LEASE_SECONDS)
    idle = Q(lease_until__lt=now) | Q(lease_until=None, asked_at__lt=grace)
    lost = DuplicateSearch.objects.filter(DuplicateSearch.PENDING, idle)
    for search in lost.select_related("competition"):
        if search.lease_until is not None:
            queue.forget("duplicates", search.competition_id)
        queue.enqueue_duplicates(search.competition)
    return begun + len(lost)


def _closed_without_search() -> QuerySet[Competition]:
    return Competition.objects.filter(
        Q(duplicate_search=None) | Q(duplicate_search__asked_at__lt=F("closed_at")),
        state=Competition.State.CLOSED,
        closed_at__isnull=False,
    )


def _enqueue_rescorings() -> int:
    unfinished = unfinished_rescorings()
    for rescoring in unfinished:
        if rescoring.lease_until is not None:
            queue.forget("rescore", rescoring.pk)
        queue.enqueue_rescore(rescoring)
    return len(unfinished)


def _expire_uploads(now: datetime) -> int:
    old = Upload.objects.filter(state=Upload.State.OPEN, expires_at__lt=now)
    count = 0
    for upload in old:
        transition(upload, Upload.State.OPEN, Upload.State.EXPIRED)
        count += 1
    return count
