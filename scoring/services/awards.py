"""Who gets which award: each rule is one function from the private board to an order.

An order lists the eligible entries, best first; ties go to the earlier submission. An entry that
reached nothing (no score, or 0 points) wins nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from competitions.models import Award
from scoring.models import LeaderboardEntry
from scoring.ranking import Standing, award_order, displayed

Points = Callable[[LeaderboardEntry], float | None]


@dataclass(frozen=True, slots=True)
class Decision:
    """One award goes to one entry: ``place`` counts from 1 within the award's rule."""

    award: Award
    entry: LeaderboardEntry
    place: int
    points: float
    reason: str


def decide(award: Award, entries: list[LeaderboardEntry]) -> list[Decision]:
    """Return who gets ``award``, given the entries of the private board (pure)."""
    points = _points_of(award)
    order = _order([entry for entry in entries if _eligible(award, entry)], points)
    places = enumerate(order, start=1)
    return [
        Decision(
            award=award,
            entry=entry,
            place=place,
            points=points(entry) or 0.0,
            reason=_reason(award, place, points(entry) or 0.0),
        )
        for place, entry in places
        if award.rank_from <= place <= award.rank_to
    ]


def _points_of(award: Award) -> Points:
    if award.rule == Award.Rule.TASK_RANK and award.task is not None:
        slug = award.task.slug
        return lambda entry: entry.tasks.get(slug, {}).get("points")
    return lambda entry: entry.final_score


def _eligible(award: Award, entry: LeaderboardEntry) -> bool:
    if entry.participation.is_baseline or not displayed(_points_of(award)(entry)):
        return False
    if award.rule != Award.Rule.BEST_UNDER_PARAMETERS or award.max_parameters is None:
        return True
    parameters = entry.submission.parameters
    return parameters is not None and parameters <= award.max_parameters


def _order(entries: list[LeaderboardEntry], points: Points) -> list[LeaderboardEntry]:
    standings = [
        Standing(points=points(entry), submitted_at=entry.submitted_at) for entry in entries
    ]
    return [entries[index] for index in award_order(standings)]


def _reason(award: Award, place: int, points: float) -> str:
    where = {
        Award.Rule.OVERALL_RANK: "by final score",
        Award.Rule.TASK_RANK: f"in {award.task.title}" if award.task else "in its task",
        Award.Rule.BEST_UNDER_PARAMETERS: (
            f"by final score among models of at most {award.max_parameters:,} parameters"
            if award.max_parameters
            else ""
        ),
    }[Award.Rule(award.rule)]
    return f"Place {place} {where}: {points:.2f} points on the private test rows."
