"""Balanced accuracy: the mean of recall over the classes that have rows.

As scikit-learn's ``balanced_accuracy_score`` (not adjusted). A missing row is no hit and stays in
its class, so it can't help.
"""

from __future__ import annotations

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.class_counts import ClassCounts, CountMetric, mean_ratio


class BalancedAccuracy(CountMetric):
    """Statistics: see ``class_counts.class_statistics``."""

    facts = share(
        "balanced_accuracy",
        "Balanced accuracy",
        "The mean over the classes of the share of their rows answered right, so that "
        "rare classes count as much as common ones.",
        shapes=(Shape.CLASS,),
        reference="scikit-learn balanced_accuracy_score",
    )

    def of_counts(self, counts: ClassCounts) -> float:
        present = counts.gold > 0
        return mean_ratio(counts.hits[present], counts.gold[present])


METRIC = BalancedAccuracy()
