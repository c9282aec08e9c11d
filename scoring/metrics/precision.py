"""Macro precision: the mean over all classes of hits / answers that name the class.

As scikit-learn's ``precision_score(average="macro", labels=classes, zero_division=0)``.

Missing never helps: a missing row counts as a false positive of every class but its own. Compare
it with any answer: where the answer was wrong, its class had this false positive already and the
others gain one; where it was right, its class loses a hit and the others gain a false positive.
No class gets better.
"""

from __future__ import annotations

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.class_counts import ClassCounts, CountMetric, mean_ratio


class Precision(CountMetric):
    """Statistics: see ``class_counts.class_statistics``."""

    facts = share(
        "precision",
        "Macro precision",
        "The mean over the classes of the share of right answers among all "
        "answers that name the class.",
        shapes=(Shape.CLASS,),
        reference='scikit-learn precision_score(average="macro", zero_division=0)',
    )

    def of_counts(self, counts: ClassCounts) -> float:
        return mean_ratio(counts.hits, counts.predicted + counts.charged)


METRIC = Precision()
