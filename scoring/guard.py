"""Which public numbers a guard lets be told while a competition runs. Reads no database.

Whoever sends many submissions can fit the public rows by the answers. Rounding tells every number
in steps. The Ladder (``scoring.ladder``) tells the numbers of clear improvements only, so that
random luck is not told, and can't be added up; those it rounds to 0.1 points.
"""

from __future__ import annotations

import math

from competitions.models import Competition
from scoring.ladder import LADDER_STEP, nearest

# What ceil forgives: 0.3 / 0.1 is not 3.
_HAIR = 1e-9


def is_guarded(competition: Competition) -> bool:
    """Tell whether a guard holds public numbers back now: all of them come with the close."""
    closed = competition.state == Competition.State.CLOSED
    return not closed and competition.board_guard != Competition.Guard.NONE


def guarded_points(points: float, competition: Competition) -> float:
    """Return public points as the guard tells them while the competition runs.

    The submission that counts on the board is chosen by these, after the close as well.
    """
    step = guard_step(competition)
    return points if step is None else nearest(points, step)


def told_points(points: float, competition: Competition) -> float:
    """Return public points as they may be told now, before they are displayed."""
    return guarded_points(points, competition) if is_guarded(competition) else points


def told_bounds(
    low: float | None, high: float | None, *, points: float, competition: Competition
) -> tuple[float | None, float | None]:
    """Return the ends of an interval as they may be told now; both None where there is none.

    Under a guard they lie whole steps around the told points. Were each end rounded by itself, the
    two would tell on which side of which step the points lie, which is what rounding hides.
    """
    step = guard_step(competition)
    if low is None or high is None:
        return None, None
    if step is None or not is_guarded(competition):
        return low, high
    told = nearest(points, step)
    below = step * math.ceil((points - low) / step + 0.5 - _HAIR)
    above = step * math.ceil((high - points) / step + 0.5 - _HAIR)
    return max(0.0, round(told - below, 6)), min(100.0, round(told + above, 6))


def guard_step(competition: Competition) -> float | None:
    """Return by how many points told numbers differ at least; None without a guard."""
    if competition.board_guard == Competition.Guard.ROUNDING:
        return competition.guard_step
    return LADDER_STEP if competition.board_guard == Competition.Guard.LADDER else None
