"""Where an entry lies among the ranked entries of one task. Pure.

Points are compared as they are displayed, and a failed task has 0 points, as on boards.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.ranking import displayed


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """The points of all ranked entries in one task, and what halves and quarters them.

    ``points`` are displayed ones, the lowest first, at least one.
    """

    points: tuple[float, ...]
    lower: float
    median: float
    upper: float

    @property
    def lowest(self) -> float:
        """The points of the last."""
        return self.points[0]

    @property
    def highest(self) -> float:
        """The points of the first."""
        return self.points[-1]

    def place(self, points: float) -> int:
        """Return the place that these points have, from 1; equal points share it."""
        shown = displayed(points) or 0.0
        return 1 + sum(each > shown for each in self.points)

    def win_rate(self, points: float, *, ranked: bool) -> float | None:
        """Return the share of the others with less points (0 to 1), ties as half of one.

        ``ranked`` says that the entry is one of the field's. None where there are no others.
        """
        shown = displayed(points) or 0.0
        others = len(self.points) - ranked
        if others <= 0:
            return None
        below = sum(each < shown for each in self.points)
        equal = sum(each == shown for each in self.points) - ranked
        return (below + equal / 2) / others

    def quarter(self, points: float) -> str:
        """Say "upper", "lower" or "" for points beyond the quartiles or between them."""
        shown = displayed(points) or 0.0
        if self.lower == self.upper:
            return ""
        return "upper" if shown >= self.upper else "lower" if shown <= self.lower else ""


def field_of(points: Sequence[float]) -> Field | None:
    """Return the field of a task; None without any points.

    Quartiles lie between neighbours as the numbers do (type 7 of Hyndman and Fan, 1996).
    """
    shown = sorted(displayed(each) or 0.0 for each in points)
    if not shown:
        return None
    if len(shown) == 1:
        return Field(points=tuple(shown), lower=shown[0], median=shown[0], upper=shown[0])
    cuts = [round(cut, 2) for cut in statistics.quantiles(shown, n=4, method="inclusive")]
    return Field(points=tuple(shown), lower=cuts[0], median=cuts[1], upper=cuts[2])
