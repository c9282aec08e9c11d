"""What a model takes for one row: time by the clock, and work by the count of operations.

Measured after the answers are written, on a few rows of the task, from a row's text to its line.
"""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

MOST_ROWS = 20
FEWEST_ROWS = 5
"""Of fewer rows no percentile is told."""
BUDGET_SECONDS = 3.0
COUNTED_ROWS = 8

AnyRow = TypeVar("AnyRow")


def latency_percentiles(
    answer: Callable[[AnyRow], None],
    rows: Sequence[AnyRow],
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, float] | None:
    """The 50th and 95th percentile of the milliseconds for one row at a time, after a warm-up.

    Ends with the rows or the budget; None where it ends too early to tell.
    """
    if len(rows) < FEWEST_ROWS:
        return None
    answer(rows[0])
    taken: list[float] = []
    until = clock() + BUDGET_SECONDS
    for row in rows[:MOST_ROWS]:
        started = clock()
        if started > until:
            break
        answer(row)
        taken.append(1000 * (clock() - started))
    if len(taken) < FEWEST_ROWS:
        return None
    median, high = np.percentile(taken, [50, 95])
    return round(float(median), 3), round(float(high), 3)
