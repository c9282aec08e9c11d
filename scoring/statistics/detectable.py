"""The minimum detectable difference: how far apart two entries must be to be told apart.

A paired two-sided test at 5 % finds a difference of (1.96 + 0.84) standard errors with 80 % power.
For accuracy that is 2.8 sqrt(d / n), d being the share of rows on which exactly one of two entries
is right (Connor 1987, leaving out the small term of the difference itself). For any other metric
the standard error comes from resampled differences.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from scoring.metrics.base import Floats

POWER_FACTOR = 2.8
_NOTHING = 1e-9
"""What rounding makes of a difference that never varies, or of rows that are the same."""
LARGEST_DISCORDANCE = 0.5
"""Of two entries that are right by tossing coins; taken where no two entries were compared yet."""


def detectable_by_discordance(*, discordance: float, units: int) -> float:
    """Return the difference in points, at most 100.

    Raises:
        ValueError: a share outside of 0 to 1, or no units.
    """
    if not 0 <= discordance <= 1 or units < 1:
        raise ValueError("discordance is a share of rows, of which there are some")
    return min(100.0, 100.0 * POWER_FACTOR * math.sqrt(discordance / units))


def detectable_by_error(standard_error: float) -> float:
    """Return the difference in points that stands 2.8 standard errors (in points) above 0."""
    return min(100.0, POWER_FACTOR * standard_error)


def typical_discordance(right: Sequence[Floats]) -> float | None:
    """Return the median, over pairs of neighbours on the board, of the share of rows on which they
    differ; ``right`` are rows (n,) of 0 and 1 in the order of the board.

    Neighbours with the same answers say nothing of what could be told apart. None without others.
    """
    found = [float(np.mean(first != second)) for first, second in pairwise(right)]
    return _median_above_zero(found)


def typical_error(replicates: Floats) -> float | None:
    """Return the median, over pairs of neighbours, of the standard error of their difference.

    ``replicates`` (M, B) are paired points in the order of the board. Neighbours whose difference
    never varies say nothing of what could be told apart. None without others.
    """
    return _median_above_zero(
        [float(np.std(second - first, ddof=1)) for first, second in pairwise(replicates)]
    )


def _median_above_zero(found: Sequence[float]) -> float | None:
    above = [each for each in found if each > _NOTHING]
    return float(np.median(above)) if above else None
