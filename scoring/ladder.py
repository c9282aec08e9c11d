"""The Ladder: which of a participation's submissions clearly beats its best told one. Pure.

Blum & Hardt, "The Ladder: A Reliable Leaderboard for Machine Learning Competitions", 2015, in the
form without a parameter: a new score is told only if it beats the best told one by more than one
standard error of their paired difference.

Told numbers are rounded to 0.1 points. In the paper it is the size of a row, 100 / n points; a
final score of several tasks and metrics has no single such size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.aggregate import final_scores
from scoring.board import BoardTask, same_rows, task_replicates
from scoring.statistics.finals import final_replicates
from scoring.statistics.rank_sets import rank_sets

LADDER_VERSION = "ladder-1"
LADDER_STEP = 0.1
RESAMPLES = 1_000
_FEWEST = 200
_MOST_DRAWS = 20_000_000
"""A decision holds a lock while it draws: about a second for each task."""
_SURE = 3.0
"""Standard deviations by which resamples may miss an error."""
_TWO_SIDED = 1.96
_SAME_POINTS = 1e-9
"""Points that differ by less were only added up in another order."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Both ends of an interval, in points."""

    low: float
    high: float


def nearest(points: float, step: float) -> float:
    """Round points to a multiple of ``step``, or to 100 where the next multiple lies above it."""
    return min(100.0, round(math.floor(points / step + 0.5) * step, 6))


def is_clear(points: float, *, best: float, error: float) -> bool:
    """Tell whether the Ladder tells ``points``: more than one ``error`` above the best told ones.

    The told number must be a new one too: by two equal ones nobody could see what was told.
    """
    gap = points - best
    return gap > error + _SAME_POINTS and nearest(points, LADDER_STEP) > nearest(best, LADDER_STEP)


def paired_error(tasks: Sequence[BoardTask], *, finals: Sequence[float], rule: str) -> float:
    """Return the standard error of the difference of two entries' final points.

    ``tasks`` hold the evidence of both, ``finals`` their points. Both meet the same resampled rows,
    task by task, and the competition's rule puts the points together. Resamples tell an error with
    an error, so the result is an upper bound (7 % larger for a thousand of them): a single changed
    row, whose difference is exactly one error, is not told by chance. More than 20 000 rows get
    fewer resamples, 200 from 100 000 on.

    Raises:
        ValueError: evidence of other rows than the other entry's.
    """
    for task in tasks:
        present = task.present
        if len(present) == 2 and not same_rows(*present):
            raise ValueError("evidence of other rows")
    replicates = [task_replicates(task, _resamples(tasks)) for task in tasks]
    counts = [task.counts for task in tasks]
    both = np.stack(
        [
            final_replicates(
                [each[entry] for each in replicates],
                lambda points: final_scores(list(points), counts, rule=rule),
            )
            for entry in (0, 1)
        ]
    )
    error = float(rank_sets(np.array(finals), both, units=0).standard_errors[0, 1])
    return surely(error, both.shape[1])


def _resamples(tasks: Sequence[BoardTask]) -> int:
    units = max((each.units.count for task in tasks for each in task.present), default=1)
    return max(_FEWEST, min(RESAMPLES, _MOST_DRAWS // max(1, units)))


def surely(error: float, resamples: int = RESAMPLES) -> float:
    """Return the error that the true one does not pass, of one that was told by resamples."""
    return error * (1 + _SURE / math.sqrt(2 * (resamples - 1)))


def unpaired_error(intervals: Sequence[Bounds | None]) -> float:
    """Return an error for entries without evidence of the same rows: of independent ones.

    Entries of one participation mostly agree, so the paired error is smaller: this one tells less,
    never more. Infinite where an interval is missing too: then nothing is told.
    """
    total = 0.0
    for each in intervals:
        if each is None:
            return math.inf
        total += ((each.high - each.low) / (2 * _TWO_SIDED)) ** 2
    return math.sqrt(total)
