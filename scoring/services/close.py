"""Closes a competition: the private board is made, awards are granted, frozen and signed."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from common.errors import Conflict
from common.transitions import transition
from competitions.models import Competition
from scoring.models import AwardGrant, FinalScore, LeaderboardEntry, Split, TaskScore
from scoring.records import Subject
from scoring.services.awards import Decision, decide
from scoring.services.leaderboard import refresh_board
from scoring.services.signing import sign_statement

GRANT_TYPE = "urn:podium:award-grant:2"


def close_competition(*, competition: Competition, by: User) -> list[AwardGrant]:
    """Close a published competition and hand out its awards, all or nothing.

    Raises:
        Conflict: ``not_published``, ``submissions_unfinished`` while any waits or runs, or
            ``labels_replaced`` while a score belongs to labels that were replaced.
    """
    with transaction.atomic():
        locked = Competition.objects.select_for_update().get(pk=competition.pk)
        if locked.state != Competition.State.PUBLISHED:
            raise Conflict("not_published", "Only a published competition can be closed.")
        _refuse_unfinished(locked)
        _refuse_stale(locked)
        transition(
            locked,
            Competition.State.PUBLISHED,
            Competition.State.CLOSED,
            closed_at=timezone.now(),
        )
        refresh_board(competition=locked, board=Split.PRIVATE)
        grants = [_grant(decision, by) for decision in preview_awards(competition=locked)]
    competition.refresh_from_db()
    return grants


def preview_awards(*, competition: Competition) -> list[Decision]:
    """Return every award's winners on the stored private board, in the awards' order."""
    board = LeaderboardEntry.objects.filter(competition=competition, board=Split.PRIVATE)
    entries = list(board.select_related("participation__user", "participation__team", "submission"))
    awards = competition.awards.select_related("task")
    return [decision for award in awards for decision in decide(award, entries)]


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


def _refuse_stale(competition: Competition) -> None:
    scores = FinalScore.objects.filter(
        participation__competition=competition, split=Split.PRIVATE, submission__state="scored"
    )
    for task in competition.tasks.filter(dataset__isnull=False):
        present = TaskScore.objects.filter(
            submission=OuterRef("submission"), task=task, dataset=task.dataset_id
        )
        if count := scores.exclude(Exists(present)).count():
            raise Conflict(
                "labels_replaced",
                f"The labels of “{task.title}” were replaced, and {count} submission(s) are not "
                "scored again yet. That happens by itself, usually within a minute; then close "
                "again.",
            )


def _grant(decision: Decision, by: User) -> AwardGrant:
    entry = decision.entry
    predicate = {
        "competition": entry.competition.slug,
        "award": {"slug": decision.award.slug, "title": decision.award.title},
        "participant": entry.participation.display_name,
        "submission": str(entry.submission_id),
        "place": decision.place,
        "points": decision.points,
        "final_score": entry.final_score,
        "tasks": entry.tasks,
        "reason": decision.reason,
        "closed_by": by.username,
        "granted_at": timezone.now().isoformat(),
    }
    model = Subject("submission manifest", entry.submission.manifest_sha256)
    envelope = sign_statement(GRANT_TYPE, [model], predicate)
    return AwardGrant.objects.create(
        award=decision.award,
        participation=entry.participation,
        submission=entry.submission,
        rank=decision.place,
        reason=decision.reason,
        envelope=envelope.as_dict(),
        key_id=envelope.key_id,
    )
