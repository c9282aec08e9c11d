"""Average precision: the mean, over the rows of a class, of precision down to their place.

As scikit-learn's ``average_precision_score`` (one versus the rest, macro) over the classes that
have rows; rows of equal probability share a place. See ``one_versus_rest``.

Missing never helps: a missing row of the class is never found, and one of another class stands
ahead of all rows. No answer could make precision lower at any place.
"""

from __future__ import annotations

import math

import numpy as np

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.one_versus_rest import OneVersusRest, Told


class AveragePrecision(OneVersusRest):
    """The step-wise sum, without interpolation."""

    facts = share(
        "average_precision",
        "Average precision",
        "Rows are put in the order of the probability that they get for a class. For each row of "
        "the class, the share of such rows down to its place; the mean of these, and with more "
        "than two classes the mean over them.",
        shapes=(Shape.CLASS,),
        reference='scikit-learn average_precision_score(average="macro")',
        needs=("probs",),
    )

    def of_class(self, told: Told) -> float:
        found = np.cumsum(told.of_class)
        taken = found + np.cumsum(told.of_rest) + told.missing_rest
        counted = told.of_class > 0
        parts = told.of_class[counted] * found[counted] / taken[counted]
        return math.fsum(parts.tolist()) / told.all_of_class


METRIC = AveragePrecision()
