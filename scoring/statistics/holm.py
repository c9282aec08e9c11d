"""Holm's correction (1979): several tests, and still at most 5 % of boards with a false alarm.

It needs no assumption on how the tests depend on each other, and loses less than dividing the
level by their number.
"""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Return adjusted p-values in the given order: reject where one is at most the level.

    The smallest p of m is multiplied by m, the next by m - 1, and so on; none falls below the one
    before it, and none exceeds 1.

    Raises:
        ValueError: a p-value is not between 0 and 1.
    """
    if not all(0 <= p <= 1 for p in p_values):
        raise ValueError("a p-value lies between 0 and 1")
    adjusted = [0.0] * len(p_values)
    so_far = 0.0
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    for done, place in enumerate(order):
        so_far = max(so_far, min(1.0, (len(order) - done) * p_values[place]))
        adjusted[place] = so_far
    return adjusted
