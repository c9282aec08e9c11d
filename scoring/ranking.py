"""Ranks from points: pure, with the tie rule stated.

Points are compared as they are displayed, with two decimals, so that nobody is placed by digits
that nobody sees. Equal displayed points share a rank and the next rank is skipped (1, 2, 2, 4).
An entry without points sorts last, whatever the direction of the metrics behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

DISPLAYED_DECIMALS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an entry is ranked by; ``submitted_at`` breaks ties where a prize can't be shared."""

    points: float | None
    submitted_at: datetime


def displayed(points: float | None) -> float | None:
    """Return points as boards show them."""
    return None if points is None else round(points, DISPLAYED_DECIMALS)


def rank(standings: Sequence[Standing]) -> list[int]:
    """Return each standing's rank from 1, in the given order; ties share, nulls come last."""
    keys = [_best_first(standing) for standing in standings]
    ordered = sorted(keys)
    first = {key: place for place, key in reversed(list(enumerate(ordered, start=1)))}
    return [first[key] for key in keys]


def award_order(standings: Sequence[Standing]) -> list[int]:
    """Return the indices of those with points, best first; ties go to the earlier submission."""
    reached = [index for index, each in enumerate(standings) if each.points is not None]
    return sorted(
        reached, key=lambda index: (_best_first(standings[index]), standings[index].submitted_at)
    )


def _best_first(standing: Standing) -> tuple[bool, float]:
    points = displayed(standing.points)
    return (points is None, -(points or 0.0))
