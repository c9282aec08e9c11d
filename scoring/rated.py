"""Answers compared with labels once: the value of any part of the rows, and what it rests on."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

import numpy as np

from competitions.dataset_rows import LabelRow
from scoring.details.parts import Mask, value_of_part, value_of_statistics
from scoring.evidence import Grounds, WeightedValue
from scoring.metrics import Metric, SumMetric
from scoring.metrics.base import Floats, Statistics
from scoring.statistics.units import Units


class Rated:
    """Several rounds of answers (seeds, experiments) to the same rows; values are their means."""

    def __init__(
        self,
        metric: Metric,
        rows: Sequence[LabelRow],
        rounds: Sequence[Sequence[Any]],
        *,
        classes: Sequence[str],
    ) -> None:
        self._metric = metric
        self._gold = [row.label for row in rows]
        self._members = [row.group or row.id for row in rows]
        self._rounds = rounds
        self._classes = classes
        self._statistics: list[Statistics] = []
        if isinstance(metric, SumMetric):
            self._statistics = [
                metric.statistics(self._gold, each, classes=classes) for each in rounds
            ]
            self._values = [value_of_statistics(metric, each) for each in self._statistics]
        else:
            self._values = [value_of_part(metric, self._gold, each, classes) for each in rounds]

    def by_round(self, part: Mask) -> list[float]:
        """Return the value of each round."""
        return [value(part) for value in self._values]

    def value(self, part: Mask) -> float:
        """Return the mean over the rounds."""
        return self._mean(self.by_round(part))

    def grounds(self, part: Mask) -> Grounds:
        """Return what the value of ``part`` can be resampled from."""
        places = np.flatnonzero(part).tolist()
        units = Units.of_members([self._members[at] for at in places])
        if self._statistics:
            side_by_side = np.concatenate([each[part] for each in self._statistics], axis=1)
            return Grounds(units=units, statistics=side_by_side, rounds=len(self._rounds))
        return Grounds(
            units=units,
            rounds=len(self._rounds),
            weighted=self._weighted(places),
            looks=len(places) * max(1, len(self._classes)) * len(self._rounds),
        )

    def _weighted(self, places: Sequence[int]) -> WeightedValue:
        gold = [self._gold[at] for at in places]
        values = [
            self._metric.under_weights(gold, [given[at] for at in places], classes=self._classes)
            for given in self._rounds
        ]

        def value(weights: Floats) -> float:
            return self._mean([each(weights) for each in values])

        return value

    def _mean(self, values: Sequence[float]) -> float:
        # Exact: the mean of equal values is that value, to the last digit.
        return self._metric.clamped(statistics.mean(values))
