"""Probabilities of classes as arrays, for metrics that need them in every answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from competitions.kinds.values import ClassAnswer
from scoring.metrics.base import Floats, Given, Gold
from scoring.metrics.class_counts import class_indices

Integers = NDArray[np.int64]


def true_and_given(
    labels: Gold, predictions: Given, *, classes: Sequence[str]
) -> tuple[Integers, Floats]:
    """Return the index of each true class (n,), and probabilities (n, classes), NaN for missing.

    An answer without probabilities is missing.

    Raises:
        ValueError: a true label is none of ``classes``.
    """
    gold = class_indices(labels, classes=classes)
    given = np.full((len(gold), len(classes)), np.nan)
    for row, answer in zip(given, predictions, strict=True):
        if isinstance(answer, ClassAnswer) and answer.probabilities is not None:
            row[:] = answer.probabilities
    return gold, given


def is_missing(given: Floats) -> NDArray[np.bool_]:
    """Tell which rows (n,) have no probabilities."""
    return np.asarray(np.isnan(given).any(axis=1))
