"""Choose the submission that counts when the competition closes."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from common.errors import Conflict
from competitions.models import Competition
from submissions.access import check_member
from submissions.models import Submission
from submissions.services.uploads import lock_participation


def select_final(*, submission: Submission, by: User) -> Submission:
    """Let this submission count at the close in place of the one chosen before.

    Raises:
        Forbidden: ``not_yours``.
        Conflict: ``competition_closed``, or ``not_scored``: it has no score to count.
    """
    check_member(by, submission)
    with transaction.atomic():
        participation = lock_participation(submission.participation)
        submission = Submission.objects.get(pk=submission.pk)
        if participation.competition.state == Competition.State.CLOSED:
            raise Conflict("competition_closed", "The competition is closed; the choice is made.")
        if submission.state != Submission.State.SCORED:
            raise Conflict("not_scored", "Only a submission with a score can be chosen.")
        participation.submissions.filter(selected_final=True).update(selected_final=False)
        submission.selected_final = True
        submission.save(update_fields=["selected_final"])
    return submission
