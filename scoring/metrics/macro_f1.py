"""Macro-F1: the mean over all classes of 2 hits / (answers + rows of the class).

As scikit-learn's ``f1_score(average="macro", labels=classes, zero_division=0)``.

Missing never helps: a missing row stays in its own class (a false negative) and counts as a false
positive of every other class. The argument is that of ``precision``.
"""

from __future__ import annotations

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats
from scoring.metrics.class_counts import ClassCounts, CountMetric, mean_ratio, mean_ratios


class MacroF1(CountMetric):
    """Statistics: see ``class_counts.class_statistics``."""

    facts = share(
        "macro_f1",
        "Macro-F1",
        "The mean over the classes of F1, the harmonic mean of precision and recall.",
        shapes=(Shape.CLASS,),
        reference='scikit-learn f1_score(average="macro", zero_division=0)',
    )

    def of_counts(self, counts: ClassCounts) -> float:
        denominators = counts.predicted + counts.charged + counts.gold
        return mean_ratio(2 * counts.hits, denominators)

    def formulas(self, sums: Floats) -> Floats:
        counts = ClassCounts.from_many_sums(sums)
        return mean_ratios(2 * counts.hits, counts.predicted + counts.charged + counts.gold)


METRIC = MacroF1()
