"""Macro recall: the mean over all classes of hits / rows of the class.

As scikit-learn's ``recall_score(average="macro", labels=classes, zero_division=0)``. A missing row
is no hit and stays in its class, so it can't help.
"""

from __future__ import annotations

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.class_counts import ClassCounts, CountMetric, mean_ratio


class Recall(CountMetric):
    """Statistics: see ``class_counts.class_statistics``."""

    facts = share(
        "recall",
        "Macro recall",
        "The mean over the task's classes of the share of their rows answered right; a class "
        "without rows counts as 0.",
        shapes=(Shape.CLASS,),
        reference='scikit-learn recall_score(average="macro", zero_division=0)',
    )

    def of_counts(self, counts: ClassCounts) -> float:
        return mean_ratio(counts.hits, counts.gold)


METRIC = Recall()
