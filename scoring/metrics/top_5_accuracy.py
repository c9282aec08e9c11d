"""Top-5 accuracy: rows whose true class is among the five most probable / rows.

As scikit-learn's ``top_k_accuracy_score(k=5)``, also in what it does with equal probabilities: the
class that the task lists later goes first. With five classes or fewer every answer is right. A
missing row is not, so it can't help.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric
from scoring.metrics.probabilities import is_missing, true_and_given

_PLACES = 5


class TopFiveAccuracy(SumMetric):
    """Statistics: right (0 or 1), 1."""

    facts = share(
        "top_5_accuracy",
        "Top-5 accuracy",
        "The share of rows whose true class is among the five to which the answer gives the "
        "highest probabilities.",
        shapes=(Shape.CLASS,),
        reference="scikit-learn top_k_accuracy_score(k=5)",
        needs=("probs",),
    )

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        gold, given = true_and_given(labels, predictions, classes=classes)
        of_true = np.take_along_axis(given, gold[:, None], axis=1)
        later = np.arange(len(classes)) > gold[:, None]
        ahead = ((given > of_true) | ((given == of_true) & later)).sum(axis=1)
        right = (ahead < _PLACES) & ~is_missing(given)
        return np.stack([right, np.ones_like(right)], axis=1).astype(np.int8)

    def formula(self, sums: Floats) -> float:
        right, rows = sums
        return float(right / rows)


METRIC = TopFiveAccuracy()
