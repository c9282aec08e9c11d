"""Macro-F1 of sets: for each class 2 hits / (answers + rows that have it); the mean over classes.

As scikit-learn's ``f1_score(average="macro", zero_division=0)`` over all classes of the task, also
those that no row has, which count 0. A missing row is the worst set: see ``class_sets``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric
from scoring.metrics.class_counts import mean_ratio
from scoring.metrics.class_sets import true_and_given_sets


class MultilabelMacroF1(SumMetric):
    """Statistics, each per class: hits, answers, rows that have it."""

    facts = share(
        "multilabel_macro_f1",
        "Macro-F1 of sets",
        "The mean over the classes of F1, the harmonic mean of precision and recall, so that "
        "rare classes count as much as common ones.",
        shapes=(Shape.CLASS_SET,),
        reference='scikit-learn f1_score(average="macro", zero_division=0)',
    )

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        gold, given = true_and_given_sets(labels, predictions, classes=classes)
        return np.concatenate([gold & given, given, gold], axis=1)

    def formula(self, sums: Floats) -> float:
        hits, given, gold = sums.reshape(3, -1)
        return mean_ratio(2 * hits, given + gold)


METRIC = MultilabelMacroF1()
