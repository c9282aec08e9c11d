"""A metric's value on any part of the rows, from statistics that are computed once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scoring.metrics import Metric, SumMetric
from scoring.metrics.base import Given, Gold, Statistics, column_sums

Mask: TypeAlias = NDArray[np.bool_]
"""Which rows are meant: (rows,)."""
ValueOf: TypeAlias = Callable[[Mask], float]


def value_of_part(metric: Metric, gold: Gold, given: Given, classes: Sequence[str]) -> ValueOf:
    """Return the function from a part with rows to the metric's value on it.

    Where the metric has per-row statistics, every part sums rows of the same array.
    """
    if isinstance(metric, SumMetric):
        return value_of_statistics(metric, metric.statistics(gold, given, classes=classes))
    weighted = metric.under_weights(gold, given, classes=classes)
    return lambda part: weighted(part.astype(np.float64))


def value_of_statistics(metric: SumMetric, rows: Statistics) -> ValueOf:
    """Return the function from a part with rows to the value, given statistics (n, k)."""
    return lambda part: metric.finalize(column_sums(rows[part]))
