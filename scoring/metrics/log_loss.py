"""Log loss: the mean of -ln of the probability that an answer gives to the true class.

As scikit-learn's ``log_loss``, which holds probabilities above the smallest difference to 1 that a
float can have (2.2e-16), so that one row costs 36.04 at most. A missing row costs that, the worst
there is. Probabilities are divided by their sum first: the reader of answers wants them to add up
to 1 within a thousandth, and what is left of that must be worth nothing. Losses of rows are rounded
to 12 decimals, which hides what the logarithms of two machines differ by.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence

import numpy as np

from competitions.kinds.metric_facts import error
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric
from scoring.metrics.probabilities import true_and_given

_DECIMALS = 12
_SMALLEST = sys.float_info.epsilon
_WORST = round(-math.log(_SMALLEST), _DECIMALS)


class LogLoss(SumMetric):
    """Statistics: the row's loss, 1."""

    facts = error(
        "log_loss",
        "Log loss",
        "The mean of −ln of the probability given to the true class: sure and wrong answers cost "
        "most. A missing row counts as one.",
        shapes=(Shape.CLASS,),
        reference="scikit-learn log_loss of probabilities that add up to 1",
        needs=("probs",),
        high=_WORST,
    )

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        gold, given = true_and_given(labels, predictions, classes=classes)
        losses = [_loss(row[true], math.fsum(row)) for true, row in zip(gold, given, strict=True)]
        return np.stack([losses, np.ones(len(losses))], axis=1)

    def formula(self, sums: Floats) -> float:
        losses, rows = sums
        return float(losses / rows)


def _loss(probability: float, total: float) -> float:
    if math.isnan(total):
        return _WORST
    return round(abs(math.log(max(probability / total, _SMALLEST))), _DECIMALS)


METRIC = LogLoss()
