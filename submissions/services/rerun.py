"""Run a submission once more, by its organizers' wish."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from common.errors import Conflict
from common.transitions import LostRace, transition
from competitions.models import Competition
from submissions import queue
from submissions.access import check_organizer
from submissions.models import Run, Submission
from submissions.steps.infer import queue_run

_RERUNNABLE = frozenset({Submission.State.SCORED, Submission.State.FAILED})


def rerun(*, submission: Submission, by: User) -> Run:
    """Queue a new run over all tasks of a submission that has a verdict.

    Raises:
        Forbidden: ``organizers_only``.
        Conflict: ``competition_closed``, or ``not_rerunnable``: it has no verdict of a run.
    """
    check_organizer(by, submission)
    if submission.state not in _RERUNNABLE:
        raise _not_rerunnable(submission)
    try:
        with transaction.atomic():
            _refuse_closed(submission)
            transition(
                submission,
                submission.state,
                Submission.State.QUEUED,
                ended_at=None,
                error_code="",
                error_message="",
                error_field="",
            )
            last = submission.runs.aggregate(last=Max("attempt"))["last"] or 0
            run = queue_run(submission=submission, attempt=last + 1)
            # Whoever asks for it does not wait out the pauses between automatic attempts.
            queue.enqueue_infer(run)
            return run
    except LostRace as lost:
        raise _not_rerunnable(submission) from lost


def _refuse_closed(submission: Submission) -> None:
    """Lock the competition, so that it can't close before the new run is written."""
    competition = Competition.objects.select_for_update().get(pk=submission.competition.pk)
    if competition.state == Competition.State.CLOSED:
        raise Conflict("competition_closed", "The competition is closed; its results stand.")


def _not_rerunnable(submission: Submission) -> Conflict:
    return Conflict(
        "not_rerunnable",
        f"Submission {submission.number} can't be run again now: only scored and failed ones can.",
    )
