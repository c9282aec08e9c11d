"""Scores, boards and awards as viewers may see them.

Private numbers are told to nobody before the close: no function here returns one earlier. Public
ones are told as the competition's guard lets them be, to organizers no further than to others.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from common.errors import Forbidden, NotFound
from competitions.models import Award, Competition
from competitions.selectors import Viewer, is_organizer
from scoring.guard import is_guarded, told_points
from scoring.models import AwardGrant, Ceremony, FinalScore, LeaderboardEntry, Split, TaskScore
from scoring.present_scores import present_task_scores
from scoring.spread import Spread, spread_of


def board(competition: Competition, split: str, user: Viewer) -> list[LeaderboardEntry]:
    """Return a board's stored rows in their order, with names and submissions loaded.

    Raises:
        NotFound: the competition is a draft that ``user`` does not organize.
        Forbidden: ``board_private``: the private board before the close, whoever asks.
    """
    if competition.state == Competition.State.DRAFT and not is_organizer(user, competition):
        raise NotFound("competition_not_found", f"There is no competition “{competition.slug}”.")
    if split == Split.PRIVATE and competition.state != Competition.State.CLOSED:
        raise Forbidden("board_private", "The private board opens when the competition closes.")
    entries = competition.leaderboard_entries.filter(board=split)
    return list(entries.select_related("participation__user", "participation__team", "submission"))


def granted_awards(competition: Competition) -> list[AwardGrant]:
    """Return who got which award; nobody before the close."""
    if competition.state != Competition.State.CLOSED:
        return []
    related = ("award", "participation__user", "participation__team", "submission")
    return list(AwardGrant.objects.filter(award__competition=competition).select_related(*related))


def ceremony_of(competition: Competition) -> Ceremony | None:
    """Return the way of the competition's results, from the close on."""
    if competition.state != Competition.State.CLOSED:
        return None
    return Ceremony.objects.filter(competition=competition).first()


def get_award(competition: Competition, slug: str) -> Award:
    """Return one award of the competition; raises NotFound."""
    award = competition.awards.select_related("competition").filter(slug=slug).first()
    if award is None:
        raise NotFound(
            "award_not_found", f"“{competition.title}” has no award “{slug}”.", field="award"
        )
    return award


def is_published(competition: Competition) -> bool:
    """Tell whether the results are signed, and nothing changes them any more."""
    published = Ceremony.State.PUBLISHED
    return Ceremony.objects.filter(competition=competition, state=published).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTaskScore:
    """What may be told now of a submission's public score in one task.

    ``points`` are None while the guard holds them back; ``value`` and ``spread`` come with the
    close where there is a guard, as they have finer digits than points.
    """

    failed: bool
    error_code: str
    points: float | None
    value: float | None = None
    spread: Spread | None = None


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Why a submission has no public number yet: it is no clear improvement over ``best``, the
    best told final points of its participation then, None where they are not known."""

    best: float | None


def public_task_scores(
    submissions: Sequence[uuid.UUID],
) -> dict[tuple[uuid.UUID, int], ToldTaskScore]:
    """Return what may be told of the public scores that count now, by submission and task."""
    held = held_back(submissions)
    scores = present_task_scores(submissions, Split.PUBLIC)
    return {key: _told(score, held=key[0] in held) for key, score in scores.items()}


def _told(score: TaskScore, *, held: bool) -> ToldTaskScore:
    if score.failed or held:
        points = 0.0 if score.failed else None
        return ToldTaskScore(failed=score.failed, error_code=score.error_code, points=points)
    competition = score.task.competition
    whole = not is_guarded(competition)
    return ToldTaskScore(
        failed=False,
        error_code="",
        points=told_points(score.points, competition),
        value=score.value if whole else None,
        spread=spread_of(score.value, score.details) if whole else None,
    )


def may_see_details(user: Viewer, competition: Competition, split: str) -> bool:
    """Tell whether ``user`` may see details of one split of the submissions that they may see.

    Those of private rows are told at the close, as private scores are. Before it, those of public
    rows are the organizers', and the participants' where the competition says so; under a guard
    they come with the close, as they have finer digits than what it tells.
    """
    if competition.state == Competition.State.CLOSED:
        return True
    if split == Split.PRIVATE or is_guarded(competition):
        return False
    return competition.details_public or is_organizer(user, competition)


def public_final_scores(submissions: Sequence[uuid.UUID]) -> dict[uuid.UUID, float]:
    """Return the public final score, as it may be told now, of each submission of which one may."""
    return {
        score.submission_id: told_points(score.points, score.participation.competition)
        for score in _public(submissions)
        if not _is_held_back(score)
    }


def held_back(submissions: Sequence[uuid.UUID]) -> dict[uuid.UUID, HeldBack]:
    """Return those submissions whose public numbers the Ladder holds back until the close."""
    return {
        score.submission_id: HeldBack(score.guard.get("best"))
        for score in _public(submissions).filter(told=False)
        if _is_held_back(score)
    }


def _is_held_back(score: FinalScore) -> bool:
    return not score.told and is_guarded(score.participation.competition)


def _public(submissions: Sequence[uuid.UUID]) -> QuerySet[FinalScore]:
    scores = FinalScore.objects.filter(submission__in=submissions, split=Split.PUBLIC)
    return scores.select_related("participation__competition")
