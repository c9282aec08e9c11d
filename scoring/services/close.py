"""Closes a competition: the private board is made, and its results are announced.

Without a window for disputes they are published at once: awards granted, frozen and signed.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from common.errors import Conflict
from common.transitions import transition
from competitions.models import Competition
from scoring.models import AwardGrant, FinalScore, Rescoring, Split
from scoring.present_scores import counted_scores
from scoring.services.announce import open_ceremony
from scoring.services.leaderboard import refresh_board
from scoring.services.log_results import log_board
from scoring.services.obstacles import obstacles
from scoring.services.publish_results import publish_results


def close_competition(*, competition: Competition, by: User) -> list[AwardGrant]:
    """Close a published competition; return the grants, none while results are provisional.

    They are provisional for ``dispute_days``, where an award waits for the organizers (for a
    jury's choice, or names on a list), and where leading entries are to be run again.

    Raises:
        Conflict: ``not_published``, ``submissions_unfinished`` while any waits or runs,
            ``rescoring_open``, or ``labels_replaced`` while a score belongs to labels that were
            replaced.
    """
    grants: list[AwardGrant] = []
    with transaction.atomic():
        locked = Competition.objects.select_for_update().get(pk=competition.pk)
        if locked.state != Competition.State.PUBLISHED:
            raise Conflict("not_published", "Only a published competition can be closed.")
        _refuse_unfinished(locked)
        _refuse_rescoring(locked)
        _refuse_stale(locked)
        transition(
            locked,
            Competition.State.PUBLISHED,
            Competition.State.CLOSED,
            closed_at=timezone.now(),
        )
        # All digits of the public board come with the close, and the private one tells its ranks.
        refresh_board(competition=locked, board=Split.PUBLIC)
        refresh_board(competition=locked, board=Split.PRIVATE)
        log_board(locked)
        ceremony = open_ceremony(competition=locked)
        waits = any(verdict["waits"] for verdict in ceremony.verdicts)
        if not (locked.dispute_days or waits or obstacles(locked)):
            grants = publish_results(competition=locked, by=by)
    competition.refresh_from_db()
    return grants


def unfinished_submissions(competition: Competition) -> int:
    """Count the submissions that still wait for a verdict."""
    from_here = competition.participations.filter(
        submissions__state__in=["received", "validating", "queued", "running", "scoring"]
    )
    return from_here.count()


def _refuse_unfinished(competition: Competition) -> None:
    count = unfinished_submissions(competition)
    if count:
        raise Conflict(
            "submissions_unfinished",
            f"{count} submission(s) still wait for a verdict. Wait for them, or cancel them, "
            "then close again.",
        )


def _refuse_rescoring(competition: Competition) -> None:
    if competition.rescorings.filter(state__in=Rescoring.OPEN).exists():
        raise Conflict(
            "rescoring_open",
            "A rescoring is open. Publish or discard it, then close again.",
        )


def _refuse_stale(competition: Competition) -> None:
    scores = FinalScore.objects.filter(
        participation__competition=competition, split=Split.PRIVATE, submission__state="scored"
    )
    for task in competition.tasks.filter(dataset__isnull=False):
        present = counted_scores().filter(
            submission=OuterRef("submission"), task=task, dataset=task.dataset_id
        )
        if count := scores.exclude(Exists(present)).count():
            raise Conflict(
                "labels_replaced",
                f"The labels of “{task.title}” were replaced, and {count} submission(s) are not "
                "scored again yet. That happens by itself, usually within a minute; then close "
                "again.",
            )
