"""Mean absolute error. A missing row errs as ``numbers.absolute_errors`` says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from competitions.kinds.metric_facts import error
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric
from scoring.metrics.numbers import absolute_errors


class MeanAbsoluteError(SumMetric):
    """Statistics: absolute error, 1."""

    facts = error(
        "mae",
        "Mean absolute error",
        "The mean size of an error, in the label's own unit.",
        shapes=(Shape.NUMBER,),
        reference="scikit-learn mean_absolute_error",
    )

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        errors = absolute_errors(labels, predictions)
        return np.stack([errors, np.ones_like(errors)], axis=1)

    def formula(self, sums: Floats) -> float:
        errors, rows = sums
        return float(errors / rows)


METRIC = MeanAbsoluteError()
