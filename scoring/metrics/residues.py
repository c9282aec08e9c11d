"""Counts of places by class, over all sequences together.

Only places with a true class count. A place without an answer, also one beyond the end of a short
answer, is missing as a row is in ``class_counts``; places beyond the end of the sequence are
ignored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.metrics.base import Given, Gold, Statistics
from scoring.metrics.class_counts import CountMetric

HIT, PREDICTED, GOLD, MISSING = range(4)


class ResidueMetric(CountMetric):
    """Statistics, each per class: hits, answers, true places, true places without an answer."""

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        codes = {name: code for code, name in enumerate(classes)}
        statistics = np.zeros((len(labels), 4, len(codes)), dtype=np.int64)
        for row, label, answer in zip(statistics, labels, predictions, strict=True):
            _count(row, label, answer or (), codes)
        return statistics.reshape(len(labels), 4 * len(codes))


def _count(
    row: NDArray[np.int64],
    label: Sequence[str | None],
    answer: Sequence[str | None],
    codes: Mapping[str, int],
) -> None:
    """Add the places of one sequence to ``row`` (4, classes)."""
    for place, name in enumerate(label):
        if name is None:
            continue
        if name not in codes:
            raise ValueError("a label is not one of the task's classes")
        given = answer[place] if place < len(answer) else None
        row[GOLD, codes[name]] += 1
        if given is None or given not in codes:
            row[MISSING, codes[name]] += 1
            continue
        row[PREDICTED, codes[given]] += 1
        row[HIT, codes[name]] += given == name
