"""How many resamples, at which level: stored beside whatever was computed with them."""

from __future__ import annotations

VERSION = "statistics-1"
LEVEL = 0.95
RESAMPLES = 10_000
FEWEST_RESAMPLES = 200
_MOST_DRAWS = 1_000_000_000
_MOST_ROW_VALUES = 4_000_000


def resamples_for(units: int) -> int:
    """Return how many resamples of a sum metric's rows are drawn: 10 000 up to 100 000 units.

    Beyond that the number of drawn units, which is what time goes by, stays at 1e9.
    """
    return max(FEWEST_RESAMPLES, min(RESAMPLES, _MOST_DRAWS // max(1, units)))


def value_resamples_for(rows: int) -> int:
    """Return how many resamples a metric gets that must look at all rows again for each.

    The number depends on nothing but the rows, so it is the same on a slow machine: 10 000 up to
    400 rows, 2 000 of 2 000 rows, never fewer than 200.
    """
    return max(FEWEST_RESAMPLES, min(RESAMPLES, _MOST_ROW_VALUES // max(1, rows)))
