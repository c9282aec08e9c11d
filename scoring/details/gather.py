"""Everything that is told of a prediction file beside its score, for any part of its rows."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from competitions.dataset_rows import LabelRow
from scoring.details.calibration import calibration
from scoring.details.parts import Mask, ValueOf
from scoring.details.robustness import Robustness, Trial
from scoring.details.slices import slice_details, slice_groups
from scoring.metrics import Metric


class Details:
    """``rounds`` are answers in the order of ``rows``, once for each seed; ``value_of`` is the
    score of a part."""

    def __init__(
        self,
        *,
        metric: Metric,
        classes: Sequence[str],
        rows: Sequence[LabelRow],
        rounds: Sequence[Sequence[Any]],
        value_of: ValueOf,
        trials: Sequence[Trial],
    ) -> None:
        self._metric = metric
        self._classes = classes
        self._gold = [row.label for row in rows]
        self._rounds = rounds
        self._value_of = value_of
        self._groups = slice_groups([row.slices for row in rows])
        self._robustness = (
            Robustness(
                trials,
                metric=metric,
                gold=self._gold,
                given=rounds[0],
                original=value_of,
                classes=classes,
            )
            if trials
            else None
        )

    def on(self, part: Mask) -> dict[str, Any]:
        """Return ``slices``, ``calibration`` and ``robustness``, each where there is something."""
        direction = self._metric.facts.direction
        found = {
            "slices": slice_details(self._groups, part, self._value_of, direction),
            "calibration": self._calibration(part),
            "robustness": self._robustness.on(part) if self._robustness else None,
        }
        return {name: told for name, told in found.items() if told}

    def _calibration(self, part: Mask) -> Mapping[str, float] | None:
        """The mean over the seeds."""
        places = np.flatnonzero(part).tolist()
        gold = [self._gold[at] for at in places]
        told = [
            calibration(gold, [given[at] for at in places], self._classes) for given in self._rounds
        ]
        known = [each for each in told if each is not None]
        if len(known) < len(self._rounds):
            return None
        return {name: statistics.mean(each[name] for each in known) for name in known[0]}
