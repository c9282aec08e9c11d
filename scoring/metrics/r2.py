"""Coefficient of determination: 1 - squared errors / squares of the labels about their mean.

As scikit-learn's ``r2_score``: where all labels are equal, 1 for a perfect answer and 0 for any
other. A missing row errs as ``numbers.absolute_errors`` says.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from competitions.kinds.metric_facts import MetricFacts, register
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric
from scoring.metrics.numbers import (
    absolute_errors,
    centred,
    sum_of_squares_about_mean,
    true_numbers,
)


class CoefficientOfDetermination(SumMetric):
    """Statistics: squared error, centred label, its square, 1."""

    facts = register(
        MetricFacts(
            name="r2",
            title="R²",
            sentence="The share of the label's variance that the answers explain; always "
            "answering the mean gives 0, and worse answers go below.",
            direction="higher",
            low=None,
            high=1.0,
            shapes=(Shape.NUMBER,),
            reference="scikit-learn r2_score",
        )
    )

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        errors = absolute_errors(labels, predictions)
        gold = centred(true_numbers(labels))
        return np.stack([errors * errors, gold, gold * gold, np.ones_like(gold)], axis=1)

    def formula(self, sums: Floats) -> float:
        errors, total, squares, rows = map(float, sums)
        spread = sum_of_squares_about_mean(total, squares, rows)
        if spread == 0.0:
            return 1.0 if errors == 0.0 else 0.0
        return 1.0 - errors / spread


METRIC = CoefficientOfDetermination()
