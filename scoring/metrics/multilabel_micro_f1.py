"""Micro-F1 of sets: 2 hits / (answers + true classes), over all rows and classes together.

As scikit-learn's ``f1_score(average="micro", zero_division=0)``. A missing row is the worst set:
see ``class_sets``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric
from scoring.metrics.class_sets import true_and_given_sets


class MultilabelMicroF1(SumMetric):
    """Statistics: hits, answers, true classes."""

    facts = share(
        "multilabel_micro_f1",
        "Micro-F1 of sets",
        "F1, the harmonic mean of precision and recall, over all classes of all rows together.",
        shapes=(Shape.CLASS_SET,),
        reference='scikit-learn f1_score(average="micro", zero_division=0)',
    )

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        gold, given = true_and_given_sets(labels, predictions, classes=classes)
        counts = [each.sum(axis=1, dtype=np.int64) for each in (gold & given, given, gold)]
        return np.stack(counts, axis=1)

    def formula(self, sums: Floats) -> float:
        hits, given, gold = map(float, sums)
        return 2 * hits / (given + gold) if given + gold else 0.0


METRIC = MultilabelMicroF1()
