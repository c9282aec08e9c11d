"""The percentile interval (Efron 1979) of resampled values.

Its ends are values that were reached: with B replicates in order, the one at floor((B + 1) a / 2)
and the one as far from the other end, a = 1 - level (Davison & Hinkley 1997, 5.3.1). Nothing is
interpolated, so the interval of a decreasing function is the mirrored one, to the last digit.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from scoring.metrics.base import Floats
from scoring.statistics.budgets import LEVEL


class Interval(NamedTuple):
    """Both ends belong to it."""

    low: float
    high: float


def percentile_interval(replicates: Floats, level: float = LEVEL) -> Interval:
    """Return the interval that holds the middle ``level`` of (B,) replicates.

    With too few of them for its ends, the smallest and the largest.

    Raises:
        ValueError: no replicates, one that is not finite, or a level outside of 0 to 1.
    """
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    if replicates.ndim != 1 or len(replicates) == 0 or not np.isfinite(replicates).all():
        raise ValueError("an interval needs finite replicates")
    # A hair more, so that 0.05 / 2 of 9 999 + 1 is 250 whatever 1 - 0.95 rounds to.
    place = max(1, math.floor((len(replicates) + 1) * (1 - level) / 2 + 1e-9))
    low, high = place - 1, len(replicates) - place
    # Two of them alone have to be where sorting would put them.
    ordered = np.partition(replicates, sorted({low, high}))
    return Interval(float(ordered[low]), float(ordered[high]))
