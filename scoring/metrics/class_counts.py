"""Counts that every classification metric but accuracy is made of.

A row without an answer can't be better than any answer. Merely calling it wrong would not do:
withholding a doubtful answer would spare its class a false positive and raise precision and F1.
So a missing row is counted by its true class in a column of its own, and the metrics charge it
to every other class.

A predicted class that the task does not have is wrong and adds no class to any mean, as in
scikit-learn with ``labels=`` given. (The prediction reader drops such rows, which makes them
missing: naming a made-up class is no way to withhold an answer.)
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from competitions.kinds.values import ClassAnswer
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric

Codes = NDArray[np.int64]
MISSING = -1
_UNKNOWN = -2


@dataclass(frozen=True, slots=True)
class ClassCounts:
    """Sums over rows, one number per class, all of shape (classes,).

    ``missing`` counts rows without an answer by their true class; they are in ``gold`` too.
    """

    hits: Floats
    predicted: Floats
    gold: Floats
    missing: Floats

    @classmethod
    def from_sums(cls, sums: Floats) -> ClassCounts:
        """Take apart the column sums of ``class_statistics``."""
        return cls(*sums.reshape(4, -1))

    @classmethod
    def from_many_sums(cls, sums: Floats) -> ClassCounts:
        """Take apart many column sums at once: each count is then (b, classes)."""
        return cls(*np.moveaxis(sums.reshape(len(sums), 4, -1), 1, 0))

    @property
    def charged(self) -> Floats:
        """Missing rows that count as false positives of each class: all of other classes."""
        others: Floats = self.missing.sum(axis=-1, keepdims=True) - self.missing
        return others


class CodeMetric(SumMetric):
    """A metric of single classes that looks at nothing but which class was true, and which given.

    Answers that were read once can be kept as codes, and compared with other labels at once.
    """

    @abstractmethod
    def statistics_of_codes(self, gold: Codes, given: Codes, *, classes: int) -> Statistics:
        """Return ``statistics`` (n, k) from class indices (n,); ``given`` as in ``encoded``."""

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        gold, given = encoded(labels, predictions, classes=classes)
        return self.statistics_of_codes(gold, given, classes=len(classes))


class CountMetric(CodeMetric):
    """A metric that is a function of ``ClassCounts``."""

    @abstractmethod
    def of_counts(self, counts: ClassCounts) -> float:
        """Return the value from counts over one row or more."""

    def statistics_of_codes(self, gold: Codes, given: Codes, *, classes: int) -> Statistics:
        return class_statistics(gold, given, classes=classes)

    def formula(self, sums: Floats) -> float:
        return self.of_counts(ClassCounts.from_sums(sums))


def class_statistics(gold: Codes, given: Codes, *, classes: int) -> Statistics:
    """Return (n, 4 x classes) of 0 and 1: hit, predicted, gold, missing, each per class."""
    n, k = len(gold), classes
    rows = np.arange(n)
    statistics = np.zeros((n, 4, k), dtype=np.int8)
    known = given >= 0
    hit = known & (given == gold)
    statistics[rows[hit], 0, gold[hit]] = 1
    statistics[rows[known], 1, given[known]] = 1
    statistics[rows, 2, gold] = 1
    missing = given == MISSING
    statistics[rows[missing], 3, gold[missing]] = 1
    return statistics.reshape(n, 4 * k)


def encoded(labels: Gold, predictions: Given, *, classes: Sequence[str]) -> tuple[Codes, Codes]:
    """Return class indices of labels and predictions; -1 is missing, -2 a class unknown here.

    Raises:
        ValueError: a true label is none of ``classes``.
    """
    gold = class_indices(labels, classes=classes)
    return gold, class_codes(predictions, classes=classes)


def class_codes(answers: Given, *, classes: Sequence[str]) -> Codes:
    """Return class indices of answers (n,); -1 is missing, -2 a class unknown here."""
    index = {name: position for position, name in enumerate(classes)}
    return np.array([_code(answer, index) for answer in answers], dtype=np.int64)


def class_indices(labels: Gold, *, classes: Sequence[str]) -> Codes:
    """Return class indices of labels; raises ValueError for one that is none of ``classes``."""
    index = {name: position for position, name in enumerate(classes)}
    if not index.keys() >= set(labels):
        raise ValueError("a label is not one of the task's classes")
    return np.array([index[label] for label in labels], dtype=np.int64)


def _code(answer: ClassAnswer | str | None, index: Mapping[str, int]) -> int:
    if answer is None:
        return MISSING
    return index.get(answer.label if isinstance(answer, ClassAnswer) else answer, _UNKNOWN)


def mean_ratio(numerators: Floats, denominators: Floats) -> float:
    """Divide class by class and take the mean; a class with nothing to divide by gives 0."""
    shares = np.divide(
        numerators, denominators, out=np.zeros_like(numerators), where=denominators > 0
    )
    return math.fsum(shares.tolist()) / len(shares)


def mean_ratios(numerators: Floats, denominators: Floats) -> Floats:
    """Return ``mean_ratio`` of each row: (b, classes) to (b,).

    Classes are added one after the other, which no machine does in another order.
    """
    total = np.zeros(len(numerators))
    for numerator, denominator in zip(numerators.T, denominators.T, strict=True):
        total += np.divide(numerator, denominator, out=np.zeros_like(total), where=denominator > 0)
    means: Floats = total / numerators.shape[1]
    return means
