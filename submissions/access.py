"""Object permissions, in one place: whose uploads and submissions a person may see and change.

What a person may not see does not exist for them (NotFound, never Forbidden), so ids can't be
probed.
"""

from __future__ import annotations

import uuid

from django.db.models import Q, QuerySet

from accounts.models import User
from common.errors import Forbidden, NotFound
from competitions.selectors import Viewer, is_organizer
from submissions.models import Submission, Upload


def visible_submissions(user: Viewer) -> QuerySet[Submission]:
    """Return the submissions of the user, of their teams, and of competitions they organize."""
    if not isinstance(user, User):
        return Submission.objects.none()
    if user.is_superuser:
        return Submission.objects.all()
    organized = user.organized_competitions.values("pk")
    return Submission.objects.filter(
        Q(participation__user=user)
        | Q(participation__team__in=user.teams.values("pk"))
        | Q(participation__competition__in=organized)
    )


def get_submission(user: Viewer, submission_id: uuid.UUID) -> Submission:
    """Return one submission that ``user`` may see; raises NotFound."""
    related = ("participation__competition", "participation__user", "participation__team")
    found = visible_submissions(user).select_related(*related).filter(pk=submission_id).first()
    if found is None:
        raise NotFound("submission_not_found", "There is no such submission.")
    return found


def get_upload(user: Viewer, upload_id: uuid.UUID) -> Upload:
    """Return one upload that ``user`` opened; nobody else sees it. Raises NotFound."""
    related = ("participation__competition", "participation__user", "participation__team")
    found = None
    if isinstance(user, User):
        found = user.uploads.select_related(*related).filter(pk=upload_id).first()
    if found is None:
        raise NotFound("upload_not_found", "You have no such upload.")
    return found


def is_member(user: Viewer, submission: Submission) -> bool:
    """Tell whether the submission is the user's own, alone or in a team."""
    if not isinstance(user, User):
        return False
    participation = submission.participation
    if participation.team is not None:
        return participation.team.members.filter(pk=user.pk).exists()
    return participation.user_id == user.pk


def check_member(user: Viewer, submission: Submission) -> None:
    """Refuse everybody but the submission's own people; raises Forbidden ``not_yours``."""
    if not is_member(user, submission):
        raise Forbidden("not_yours", "Only the people who entered a submission can do that.")


def check_member_or_organizer(user: Viewer, submission: Submission) -> None:
    """Refuse all but the submission's people and the organizers; raises Forbidden."""
    if not is_organizer(user, submission.competition):
        check_member(user, submission)


def check_organizer(user: Viewer, submission: Submission) -> None:
    """Refuse everybody but the organizers; raises Forbidden ``organizers_only``."""
    if not is_organizer(user, submission.competition):
        raise Forbidden("organizers_only", "Only the organizers of the competition can do that.")
