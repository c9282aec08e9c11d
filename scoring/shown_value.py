"""How much of a metric's own value is told.

Four decimals are 10 001 values for a metric between 0 and 1. An error has no upper end, and four
decimals of a large one would tell tens of bits about the rows behind it; so five digits are the
most that anybody is told.
"""

from __future__ import annotations

import math

MOST_DECIMALS = 4
MOST_DIGITS = 5


def shown_decimals(value: float) -> int:
    """Return how many decimals of a finite value are told; below 0, digits before the point go."""
    before = math.floor(math.log10(abs(value))) + 1 if value else 0
    return min(MOST_DECIMALS, MOST_DIGITS - before)


def shown_value(value: float) -> float:
    """Return a finite value as pages and the API tell it."""
    return round(value, shown_decimals(value))
