"""Accuracy: right answers / rows. A missing row is not right, so it can't help."""

from __future__ import annotations

import numpy as np

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats, Statistics
from scoring.metrics.class_counts import CodeMetric, Codes


class Accuracy(CodeMetric):
    """Statistics: right (0 or 1), 1."""

    facts = share(
        "accuracy",
        "Accuracy",
        "The share of rows answered right.",
        shapes=(Shape.CLASS,),
        reference="scikit-learn accuracy_score",
    )

    def statistics_of_codes(self, gold: Codes, given: Codes, *, classes: int) -> Statistics:
        return np.stack([gold == given, np.ones(len(gold), dtype=bool)], axis=1).astype(np.int8)

    def formula(self, sums: Floats) -> float:
        right, rows = sums
        return float(right / rows)

    def formulas(self, sums: Floats) -> Floats:
        shares: Floats = sums[:, 0] / sums[:, 1]
        return shares


METRIC = Accuracy()
