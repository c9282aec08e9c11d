"""Metrics of how well probabilities tell one class from the rest, class by class.

With two classes the second one is told from the first; with more, the value is the mean over the
classes (one versus the rest, unweighted) that have both rows of their own and others. Where no
class has, nothing could be told apart and the value is 0: scikit-learn would say NaN there, or 1.

Not a function of sums: every row is compared with every other one.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.metrics.base import Floats, Given, Gold, Metric, check_rows
from scoring.metrics.probabilities import is_missing, true_and_given


@dataclass(frozen=True, slots=True)
class Told:
    """One class against the rest: weights of rows by their probability, falling.

    ``of_class`` and ``of_rest`` (different probabilities,) are the answered rows; ``missing_class``
    and ``missing_rest`` weigh those without an answer.
    """

    of_class: Floats
    of_rest: Floats
    missing_class: float
    missing_rest: float

    @property
    def all_of_class(self) -> float:
        """What all rows of the class weigh."""
        return float(self.of_class.sum()) + self.missing_class

    @property
    def all_of_rest(self) -> float:
        """What all rows of other classes weigh."""
        return float(self.of_rest.sum()) + self.missing_rest


class OneVersusRest(Metric):
    """The mean of a value over classes."""

    @abstractmethod
    def of_class(self, told: Told) -> float:
        """Return the value of one class, which has rows, as have the others."""

    def value(
        self,
        labels: Gold,
        predictions: Given,
        *,
        classes: Sequence[str] = (),
        weights: Floats | None = None,
    ) -> float:
        check_rows(labels, predictions)
        gold, given = true_and_given(labels, predictions, classes=classes)
        weights = np.ones(len(gold)) if weights is None else weights
        if not (weights > 0).any():
            raise ValueError("no rows")
        numbers = [1] if len(classes) == 2 else range(len(classes))
        told = [_told(given, gold == number, number, weights) for number in numbers]
        values = [self.of_class(each) for each in told if each.all_of_class and each.all_of_rest]
        return self.clamped(math.fsum(values) / len(values)) if values else 0.0


def _told(given: Floats, own: NDArray[np.bool_], number: int, weights: Floats) -> Told:
    here = ~is_missing(given)
    scores, place = np.unique(-given[here, number], return_inverse=True)

    def weighed(rows: NDArray[np.bool_]) -> Floats:
        sums = np.bincount(place, weights=(weights * rows)[here], minlength=len(scores))
        return sums.astype(np.float64)  # whole numbers where no row is answered

    return Told(
        of_class=weighed(own),
        of_rest=weighed(~own),
        missing_class=float(weights[own & ~here].sum()),
        missing_rest=float(weights[~own & ~here].sum()),
    )
