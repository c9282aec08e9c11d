"""Public boards of one participation as an attacker meets them. Pure numpy.

Each answers a submission, given as which of the public rows it has right, with the points that are
told, or None where none are.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from scoring.ladder import LADDER_STEP, is_clear, nearest, surely
from scoring.ranking import displayed

Rows = NDArray[np.bool_]


class Board(Protocol):
    """What answers submissions."""

    def ask(self, right: Rows) -> float | None:
        """Return the told points of a submission."""
        ...


class Open:
    """Without a guard: points with the digits of pages."""

    def ask(self, right: Rows) -> float | None:
        return displayed(100 * float(right.mean()))


class Rounding:
    """Points rounded to a step."""

    def __init__(self, step: float) -> None:
        self._step = step

    def ask(self, right: Rows) -> float | None:
        return nearest(100 * float(right.mean()), self._step)


class Ladder:
    """The decision of ``scoring.guard``. The standard error of paired rows has a closed form for a
    share of right rows; the platform resamples it, as other metrics have none."""

    def __init__(self) -> None:
        self._best: Rows | None = None

    def ask(self, right: Rows) -> float | None:
        points = 100 * float(right.mean())
        if self._best is not None:
            gaps = right.astype(np.float64) - self._best
            error = 100 * float(gaps.std(ddof=1)) / math.sqrt(len(right))
            best = 100 * float(self._best.mean())
            if not is_clear(points, best=best, error=surely(error)):
                return None
        self._best = right
        return nearest(points, LADDER_STEP)
