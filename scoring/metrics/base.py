"""What a metric is: a value over rows, where possible by sums of per-row statistics.

Sums are exactly rounded (integers, or ``math.fsum``), so a value does not depend on the order of
the rows, on the machine or on how numpy was built.

**Missing never helps.** A prediction of None is a row without an answer. For any rows and any
subset of their predictions, taking that subset away never improves the value. Since the value
after the removal can't know what was removed, this forces it to be no better than *every*
completion of the missing rows. Each metric therefore gives the worst completion, or a bound on
it that is exact when nothing is missing; its module says which. Errors without an upper end
(RMSE, MAE, R²) have no worst completion: there the promise is made for predictions within the
range of the true values.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from competitions.kinds.metric_facts import MetricFacts

Gold: TypeAlias = Sequence[Any]
"""Labels of one shape (``competitions.kinds.shapes``)."""
Given: TypeAlias = Sequence[Any]
"""Answers of the same shape, None for a missing row."""
Floats: TypeAlias = NDArray[np.float64]
Statistics: TypeAlias = NDArray[Any]


class Metric(ABC):
    """A named value over rows; ``facts`` fixes its range and direction."""

    facts: MetricFacts

    @abstractmethod
    def value(
        self,
        labels: Gold,
        predictions: Given,
        *,
        classes: Sequence[str] = (),
        weights: Floats | None = None,
    ) -> float:
        """Return the value within the metric's range.

        ``predictions[i]`` answers ``labels[i]``, None is a missing row. ``classes`` is the
        task's label order (classification only). ``weights`` (n,) are multiplicities: a weight
        of 2 counts the row twice.

        Raises:
            ValueError: no rows, lengths that differ, or a label that is none of ``classes``.
        """

    def under_weights(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Callable[[Floats], float]:
        """Return ``value`` as a function of the weights alone, to be asked for many of them.

        A metric whose rows cost much overrides this to compare each of them once.
        """
        return lambda weights: self.value(labels, predictions, classes=classes, weights=weights)

    def signature(self) -> str:
        """Say what exactly was computed, as the reference library does; "" where it has no such
        text."""
        return ""

    def clamped(self, value: float) -> float:
        """Bring rounding noise back into the metric's range; raises ValueError for NaN."""
        if not math.isfinite(value):
            raise ValueError(f"{self.facts.name} is not finite")
        low = -math.inf if self.facts.low is None else self.facts.low
        high = math.inf if self.facts.high is None else self.facts.high
        return min(high, max(low, value))


class SumMetric(Metric):
    """A metric that is a function of column sums of per-row statistics.

    Splits, slices, resamples and paired tests all sum rows of the same array.
    """

    @abstractmethod
    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        """Return the sufficient statistics, one row for each label: shape (n, k)."""

    @abstractmethod
    def formula(self, sums: Floats) -> float:
        """Return the value from column sums (k,) over one row or more."""

    def finalize(self, sums: Floats) -> float:
        """Return the value from column sums (k,), within the metric's range."""
        return self.clamped(self.formula(sums))

    def formulas(self, sums: Floats) -> Floats:
        """Return (b,) values from (b, k) column sums: of many resamples, say.

        Equal sums are asked for once. A metric whose values are asked for by the million overrides
        this with whole arrays; its values may then differ from ``formula``'s in the last digit,
        and are still the same on every machine.
        """
        distinct, place = np.unique(sums, axis=0, return_inverse=True)
        values = np.array([self.formula(each) for each in distinct], dtype=np.float64)
        return values[place.reshape(-1)]

    def finalize_all(self, sums: Floats) -> Floats:
        """Return (b,) values from (b, k) column sums, within the metric's range.

        Raises:
            ValueError: a value is not finite.
        """
        values = self.formulas(sums)
        if not np.isfinite(values).all():
            raise ValueError(f"{self.facts.name} is not finite")
        low = -math.inf if self.facts.low is None else self.facts.low
        high = math.inf if self.facts.high is None else self.facts.high
        return np.clip(values, low, high)

    def value(
        self,
        labels: Gold,
        predictions: Given,
        *,
        classes: Sequence[str] = (),
        weights: Floats | None = None,
    ) -> float:
        check_rows(labels, predictions)
        statistics = self.statistics(labels, predictions, classes=classes)
        return self.finalize(column_sums(statistics, weights=weights))


def check_rows(labels: Gold, predictions: Given) -> None:
    """Raise ValueError unless there are rows, with one prediction (or None) for each label."""
    if len(labels) != len(predictions):
        raise ValueError("labels and predictions differ in length")
    if len(labels) == 0:
        raise ValueError("no rows")


def column_sums(statistics: Statistics, *, weights: Floats | None = None) -> Floats:
    """Sum the rows of (n, k) statistics, each times its weight, without rounding on the way."""
    if weights is not None:
        statistics = statistics * weights[:, None]
    if np.issubdtype(statistics.dtype, np.integer):
        sums: Floats = statistics.sum(axis=0, dtype=np.int64).astype(np.float64)
        return sums
    return np.array([math.fsum(column) for column in statistics.T.tolist()], dtype=np.float64)
