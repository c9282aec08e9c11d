"""Label ranking average precision: true classes among those scored at least as high.

For each true class of a row, the share of true classes among all classes with its score or more;
the mean over the row's true classes, then over rows. As scikit-learn's
``label_ranking_average_precision_score``: a row in which no class or every class is true counts 1,
since any order is right. A missing row counts 0, the worst there is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from competitions.kinds.values import ClassSetAnswer
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric
from scoring.metrics.class_sets import Sets, true_and_given_sets


class LabelRankingAveragePrecision(SumMetric):
    """Statistics: the row's value, 1."""

    facts = share(
        "lrap",
        "Label ranking average precision",
        "How high the scores put a row's true classes: for each of them, the share of true "
        "classes among all that are scored as high or higher.",
        shapes=(Shape.CLASS_SET,),
        reference="scikit-learn label_ranking_average_precision_score",
        needs=("scores",),
    )

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        gold, _ = true_and_given_sets(labels, predictions, classes=classes)
        rows = zip(gold, predictions, strict=True)
        values = [_ranked(true.astype(np.bool_), answer) for true, answer in rows]
        return np.stack([values, np.ones(len(values))], axis=1)

    def formula(self, sums: Floats) -> float:
        values, rows = sums
        return float(values / rows)


def _ranked(true: Sets, answer: ClassSetAnswer | None) -> float:
    if answer is None or answer.scores is None:
        return 0.0
    if true.all() or not true.any():
        return 1.0
    scores = np.array(answer.scores)
    above = scores >= scores[true][:, None]  # (true classes, classes)
    shares = above[:, true].sum(axis=1) / above.sum(axis=1)
    return math.fsum(shares.tolist()) / len(shares)


METRIC = LabelRankingAveragePrecision()
