"""Matthews correlation coefficient for any number of classes.

With s rows, c hits, t_k rows and p_k answers of class k (Gorodkin 2004, as in scikit-learn):

    MCC = (c s - sum p_k t_k) / sqrt((s² - sum p_k²) (s² - sum t_k²))

and 0 where the denominator is 0 (one true class, or one class predicted throughout).

Missing never helps: the value is a lower bound over all answers the m missing rows could have.
The numerator is smallest when each missing row names the largest class other than its own. Where
that is not negative, it is divided by a bound on the largest denominator (every missing row a
class of its own: p_k of the answered rows alone); where it is negative, by the smallest
denominator (all missing rows on the most predicted class). Withholding one more answer lowers the
numerator, raises the first denominator and lowers the second, so each step can only lower the
value; without missing rows all bounds are the formula itself.
"""

from __future__ import annotations

import math

import numpy as np

from competitions.kinds.metric_facts import correlation
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats
from scoring.metrics.class_counts import ClassCounts, CountMetric


class MatthewsCorrelation(CountMetric):
    """Statistics: see ``class_counts.class_statistics``."""

    facts = correlation(
        "mcc",
        "Matthews correlation",
        "The correlation between true and predicted classes: 0 for answers without knowledge.",
        shapes=(Shape.CLASS,),
        reference="scikit-learn matthews_corrcoef",
    )

    def of_counts(self, counts: ClassCounts) -> float:
        return matthews_correlation(counts)


def matthews_correlation(counts: ClassCounts) -> float:
    """Return the coefficient, or where answers are missing its lower bound."""
    rows = float(counts.gold.sum())
    spread_of_gold = rows**2 - _squares(counts.gold)
    if spread_of_gold <= 0:
        return 0.0
    numerator = (
        float(counts.hits.sum()) * rows
        - float(counts.predicted @ counts.gold)
        - float(counts.missing @ _largest_other(counts.gold))
    )
    answers = _answers(counts, rows=rows)
    if numerator < 0:
        answers[int(np.argmax(answers))] += counts.missing.sum()
    spread = rows**2 - _squares(answers)
    if spread <= 0:
        return -1.0 if numerator < 0 else 0.0
    return numerator / math.sqrt(spread * spread_of_gold)


def _squares(counts: Floats) -> float:
    return float(counts @ counts)


def _largest_other(gold: Floats) -> Floats:
    """For each class, the row count of the largest class other than it."""
    if len(gold) < 2:
        return np.zeros_like(gold)
    second, first = np.sort(gold)[-2:]
    others = np.full_like(gold, first)
    others[int(np.argmax(gold))] = second
    return others


def _answers(counts: ClassCounts, *, rows: float) -> Floats:
    """Return how often each class was named, and last, as in scikit-learn, any unknown class."""
    unknown = rows - counts.predicted.sum() - counts.missing.sum()
    return np.append(counts.predicted, unknown)


METRIC = MatthewsCorrelation()
