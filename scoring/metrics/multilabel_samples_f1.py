"""F1 of each row's set, 2 hits / (answers + true classes); the mean over rows.

As scikit-learn's ``f1_score(average="samples", zero_division=1)``: an empty answer is right where
no class is true. (With ``zero_division=0`` no answer could be right there.) A missing row is no
empty answer; it counts 0, the worst there is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric
from scoring.metrics.class_sets import true_and_given_sets


class MultilabelSamplesF1(SumMetric):
    """Statistics: the row's F1, 1."""

    facts = share(
        "multilabel_samples_f1",
        "F1 of each row's set",
        "The mean over rows of F1, by which each row's answered classes are compared with its "
        "true ones; an empty answer is right where no class is true.",
        shapes=(Shape.CLASS_SET,),
        reference='scikit-learn f1_score(average="samples", zero_division=1)',
    )

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        gold, given = true_and_given_sets(labels, predictions, classes=classes)
        hits = (gold & given).sum(axis=1, dtype=np.float64)
        sizes = gold.sum(axis=1, dtype=np.float64) + given.sum(axis=1, dtype=np.float64)
        missing = np.array([answer is None for answer in predictions])
        agreed = np.where(missing, 0.0, 1.0)
        scores = np.divide(2 * hits, sizes, out=agreed, where=sizes > 0)
        return np.stack([scores, np.ones_like(scores)], axis=1)

    def formula(self, sums: Floats) -> float:
        scores, rows = sums
        return float(scores / rows)


METRIC = MultilabelSamplesF1()
