"""Columns beside the final score that depend on who else takes part: they rank nobody. Pure.

Points are compared as they are displayed; equal points are half a win for each. A task that failed
is beaten by every task that did not.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from competitions.secondary_columns import BORDA, WIN_RATE
from scoring.ranking import displayed


def secondary_columns(
    points: Sequence[Sequence[float | None]], *, names: Sequence[str]
) -> list[dict[str, float]]:
    """Return the columns ``names`` of each entry.

    ``points`` are those of each entry's tasks, in one order for all; None for a failed one.
    ``win_rate`` is the share of the others that an entry beats, on average over the tasks (0 to 1);
    where there are no others, it is absent. ``borda`` is how many it beats, over all tasks.
    """
    beaten = [_beaten(column) for column in zip(*points, strict=True)]
    totals = [math.fsum(column[entry] for column in beaten) for entry in range(len(points))]
    others = len(points) - 1
    return [_named(total, others=others, tasks=len(beaten), names=names) for total in totals]


def _beaten(points: Sequence[float | None]) -> list[float]:
    """Return how many of the others each entry beats, ties as one half."""
    shown = [-1.0 if each is None else displayed(each) or 0.0 for each in points]
    ordered = sorted(shown)
    return [(bisect_left(ordered, each) + bisect_right(ordered, each) - 1) / 2 for each in shown]


def _named(total: float, *, others: int, tasks: int, names: Sequence[str]) -> dict[str, float]:
    found = {BORDA: total}
    if others > 0 and tasks > 0:
        found[WIN_RATE] = total / (others * tasks)
    return {name: found[name] for name in names if name in found}
