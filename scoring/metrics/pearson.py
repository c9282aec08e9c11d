"""Pearson correlation; 0 where answers or labels are all equal.

Missing never helps: a single free answer, far enough out, turns the correlation of all rows into
that of its own row, so the worst completion of even one missing row is no better than 0 for any
other answers. No milder rule can keep the promise; a set with a missing row is -1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from competitions.kinds.metric_facts import correlation
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric
from scoring.metrics.numbers import (
    centred,
    given_numbers,
    sum_of_squares_about_mean,
    true_numbers,
)


class PearsonCorrelation(SumMetric):
    """Statistics: x, y, x², y², xy, missing, 1, with answers x and labels y scaled to within 1."""

    facts = correlation(
        "pearson",
        "Pearson correlation",
        "How close answers and true values are to a straight line. One free value "
        "can bend any line, so a single missing row makes it -1.",
        shapes=(Shape.NUMBER, Shape.LIKENESS),
        reference="scipy.stats.pearsonr",
    )

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        given = given_numbers(predictions)
        missing = np.isnan(given)
        x = np.zeros_like(given)
        if not missing.all():
            x[~missing] = _scaled(given[~missing])
        y = _scaled(true_numbers(labels))
        return np.stack([x, y, x * x, y * y, x * y, missing, np.ones_like(x)], axis=1)

    def formula(self, sums: Floats) -> float:
        x, y, xx, yy, xy, missing, rows = map(float, sums)
        if missing > 0:
            return -1.0
        spread_x = sum_of_squares_about_mean(x, xx, rows)
        spread_y = sum_of_squares_about_mean(y, yy, rows)
        if spread_x == 0.0 or spread_y == 0.0:
            return 0.0
        return (xy - x * y / rows) / math.sqrt(spread_x * spread_y)


def _scaled(numbers: Floats) -> Floats:
    """Centre and bring the largest deviation to 1: products neither overflow nor vanish."""
    deviations = centred(numbers)
    largest = float(np.abs(deviations).max())
    if largest == 0.0:
        return deviations
    result: Floats = deviations / largest
    return result


METRIC = PearsonCorrelation()
