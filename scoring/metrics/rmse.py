"""Root mean squared error. A missing row errs as ``numbers.absolute_errors`` says."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from competitions.kinds.metric_facts import error
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric
from scoring.metrics.numbers import absolute_errors


class RootMeanSquaredError(SumMetric):
    """Statistics: squared error, 1."""

    facts = error(
        "rmse",
        "Root mean squared error",
        "The typical size of an error; large ones weigh more.",
        shapes=(Shape.NUMBER,),
        reference="scikit-learn root_mean_squared_error",
    )

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        errors = absolute_errors(labels, predictions)
        return np.stack([errors * errors, np.ones_like(errors)], axis=1)

    def formula(self, sums: Floats) -> float:
        squares, rows = sums
        return math.sqrt(squares / rows)


METRIC = RootMeanSquaredError()
