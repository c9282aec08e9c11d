"""Scores, boards and awards as viewers may see them.

Private numbers are told to nobody before the close: no function here returns one earlier.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from common.errors import Forbidden, NotFound
from competitions.models import Award, Competition
from competitions.selectors import Viewer, is_organizer
from scoring.models import AwardGrant, Ceremony, FinalScore, LeaderboardEntry, Split, TaskScore
from scoring.present_scores import present_task_scores


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


def public_task_scores(
    submissions: Sequence[uuid.UUID],
) -> dict[tuple[uuid.UUID, int], TaskScore]:
    """Return the public scores that count now, by submission and task."""
    return present_task_scores(submissions, Split.PUBLIC)


def may_see_details(user: Viewer, competition: Competition, split: str) -> bool:
    """Tell whether ``user`` may see details of one split of the submissions that they may see.

    Those of private rows are told at the close, as private scores are. Before it, those of public
    rows are the organizers', and the participants' where the competition says so.
    """
    if competition.state == Competition.State.CLOSED:
        return True
    if split == Split.PRIVATE:
        return False
    return competition.details_public or is_organizer(user, competition)


def public_final_scores(submissions: Sequence[uuid.UUID]) -> dict[uuid.UUID, float]:
    """Return the public final score of each submission that has one (0 to 100)."""
    scores = FinalScore.objects.filter(submission__in=submissions, split=Split.PUBLIC)
    return dict(scores.values_list("submission_id", "points"))
