"""Take a submission back before it has a verdict."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.errors import Conflict
from common.transitions import transition
from competitions.models import Competition
from scoring.models import Split
from scoring.services.leaderboard import refresh_board
from submissions.access import check_member_or_organizer
from submissions.models import Run, Submission

_TABLE = Submission.TRANSITIONS


def cancel(*, submission: Submission, by: User) -> Submission:
    """End a submission that has no verdict; a worker that runs it stops at its next heartbeat.

    One that has scores of an earlier run leaves the public board. Locks the competition (as
    whoever writes boards), the run, then the submission: the order of the workers.

    Raises:
        Forbidden: ``not_yours``.
        Conflict: ``not_cancellable``: it is being scored or has ended.
    """
    check_member_or_organizer(by, submission)
    now = timezone.now()
    with transaction.atomic():
        competition = Competition.objects.select_for_update().get(pk=submission.competition.pk)
        live = Run.objects.filter(submission=submission, state__in=["queued", "running"])
        run = live.select_for_update().first()
        submission = Submission.objects.select_for_update().get(pk=submission.pk)
        if Submission.State.CANCELLED not in _TABLE[Submission.State(submission.state)]:
            raise Conflict(
                "not_cancellable",
                f"The submission is {submission.get_state_display().lower()}; "
                "it can't be cancelled any more.",
            )
        transition(
            submission,
            submission.state,
            Submission.State.CANCELLED,
            ended_at=now,
            lease_until=None,
            selected_final=False,
        )
        if run is not None:
            transition(run, run.state, Run.State.CANCELLED, ended_at=now, lease_until=None)
        if submission.final_scores.exists():
            refresh_board(competition=competition, board=Split.PUBLIC)
    return submission
