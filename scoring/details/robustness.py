"""How answers change where texts change a little: the score on the same rows, before and after.

Perturbed copies of a sample of the rows were answered beside the rows themselves; a copy without
an answer counts as the metric counts a missing row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from competitions.kinds.metric_facts import Direction
from competitions.kinds.values import ClassAnswer
from scoring.details.parts import Mask, ValueOf, value_of_part
from scoring.metrics import Metric

SMALLEST_SAMPLE = 10
"""Values over fewer rows are not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One perturbation: ``copied`` tells which rows have a copy, ``answers`` (rows,) are those to
    the copies, None elsewhere and for a copy without one."""

    name: str
    copied: Mask
    answers: Sequence[Any]


class Robustness:
    """The trials of one prediction file, to be asked for any part of its rows.

    ``original`` is the value of the answers to the rows themselves.
    """

    def __init__(
        self,
        trials: Iterable[Trial],
        *,
        metric: Metric,
        gold: Sequence[Any],
        given: Sequence[Any],
        original: ValueOf,
        classes: Sequence[str],
    ) -> None:
        self._trials = tuple(trials)
        self._direction: Direction = metric.facts.direction
        self._original = original
        self._values = [_value_of_copies(each, metric, gold, classes) for each in self._trials]
        self._right = _right(gold, given)
        self._always = np.logical_and.reduce(
            [self._right, *(_right(gold, each.answers) | ~each.copied for each in self._trials)]
        )
        self._by_row = all(isinstance(label, str) for label in gold)  # Shape.CLASS alone

    def on(self, part: Mask) -> dict[str, Any] | None:
        """Return values within ``part``, None where no perturbation has rows enough.

        ``{"perturbations": [{"name", "rows", "original", "perturbed"}, …], "worst": {…}}``. The
        worst case is ``{"by": "row", "rows", "original", "value"}`` where answers are right or
        wrong: the share of rows that are right however they are written. Elsewhere it is the
        worst perturbation: ``{"by": "perturbation", "name", "value"}``.
        """
        shown = [
            self._one(trial, value, part & trial.copied)
            for trial, value in zip(self._trials, self._values, strict=True)
            if (part & trial.copied).sum() >= SMALLEST_SAMPLE
        ]
        if not shown:
            return None
        worst = self._worst_rows(part) if self._by_row else self._worst_perturbation(shown)
        return {"perturbations": shown, "worst": worst}

    def _one(self, trial: Trial, value: ValueOf, rows: Mask) -> dict[str, Any]:
        return {
            "name": trial.name,
            "rows": int(rows.sum()),
            "original": self._original(rows),
            "perturbed": value(rows),
        }

    def _worst_rows(self, part: Mask) -> dict[str, Any]:
        rows = part & np.logical_or.reduce([each.copied for each in self._trials])
        return {
            "by": "row",
            "rows": int(rows.sum()),
            "original": float(self._right[rows].mean()),
            "value": float(self._always[rows].mean()),
        }

    def _worst_perturbation(self, shown: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        worst = max if self._direction == "lower" else min
        found = worst(shown, key=lambda each: each["perturbed"])
        return {"by": "perturbation", "name": found["name"], "value": found["perturbed"]}


def _value_of_copies(
    trial: Trial, metric: Metric, gold: Sequence[Any], classes: Sequence[str]
) -> ValueOf:
    places = np.flatnonzero(trial.copied).tolist()
    value = value_of_part(
        metric, [gold[at] for at in places], [trial.answers[at] for at in places], classes
    )
    return lambda rows: value(rows[places])


def _right(gold: Sequence[Any], given: Sequence[Any]) -> Mask:
    """Tell which rows have the right class; False for answers of another shape."""
    return np.array(
        [
            isinstance(answer, ClassAnswer) and answer.label == label
            for label, answer in zip(gold, given, strict=True)
        ],
        dtype=np.bool_,
    )
