"""Scores kept codes against any labels of their rows: the very numbers that the file would give.

What depends on the labels alone is made once, for thousands of entries.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from competitions.dataset_rows import LabelRow
from scoring.aggregate import points_of
from scoring.coded import Coded, CodedInvalid, answers_of, codes_suffice, order_of, trials_of
from scoring.details.gather import Details
from scoring.details.parts import Mask, ValueOf, value_of_statistics
from scoring.details.slices import slice_details, slice_groups
from scoring.evidence import Grounds
from scoring.metrics import get_metric
from scoring.metrics.base import Statistics, column_sums
from scoring.metrics.class_counts import MISSING, CodeMetric, class_indices
from scoring.statistics.units import Units
from scoring.task_score import SplitScore, TaskFacts, TaskScores, public_rows, spread


class CodedRows:
    """The labels of a task, to be compared with the codes of one entry after the other."""

    def __init__(self, task: TaskFacts, labels: Sequence[LabelRow]) -> None:
        """Take rows that all count; raises ValueError for a task whose scores need more."""
        metric = get_metric(task.metric)
        if not codes_suffice(task.kind, metric) or not isinstance(metric, CodeMetric):
            raise ValueError(f"{task.metric} of {task.kind.slug} needs more than codes")
        self._task = task
        self._metric = metric
        self._labels = labels
        self._order = order_of([row.id for row in labels])
        self._gold = class_indices([str(row.label) for row in labels], classes=task.labels)
        self._groups = slice_groups([row.slices for row in labels])
        public = public_rows(labels, task=task)
        self._parts = {"public": public, "private": ~public}
        self._places = {name: np.flatnonzero(part) for name, part in self._parts.items()}
        self._units = {name: _units(labels, part) for name, part in self._parts.items()}
        signature = metric.signature()
        self._signature = {"signature": signature} if signature else {}

    def score(self, kept: Coded) -> TaskScores:
        """Return what ``task_score.score_task`` returns; raises CodedInvalid for other rows."""
        if kept.codes.ndim != 2 or kept.codes.shape[1] != len(self._labels):
            raise CodedInvalid("codes of another number of rows")
        rounds = kept.codes[:, self._order]
        compared = [
            self._metric.statistics_of_codes(self._gold, row, classes=len(self._task.labels))
            for row in rounds
        ]
        missing = (rounds == MISSING).any(axis=0)
        details = self._details(kept, self._value_of(compared))

        def score(name: str) -> SplitScore:
            places = self._places[name]
            rows = [each[places] for each in compared]
            values = [self._metric.finalize(column_sums(each)) for each in rows]
            found = self._mean(values)
            return SplitScore(
                value=found,
                points=points_of(
                    found,
                    facts=self._metric.facts,
                    baseline=self._task.baseline,
                    ceiling=self._task.ceiling,
                ),
                rows=len(places),
                missing=int(missing[places].sum()),
                grounds=Grounds(
                    units=self._units[name],
                    statistics=rows[0] if len(rows) == 1 else np.concatenate(rows, axis=1),
                    rounds=len(rows),
                ),
                details={**spread(values), **details(self._parts[name])},
            )

        return TaskScores(
            public=score("public"),
            private=score("private"),
            details={**kept.details, **self._signature},
        )

    def _value_of(self, compared: Sequence[Statistics]) -> ValueOf:
        """Return the function from any part of the rows to its value, the mean over the rounds."""
        values = [value_of_statistics(self._metric, each) for each in compared]
        return lambda part: self._mean([each(part) for each in values])

    def _mean(self, values: Sequence[float]) -> float:
        # The exact mean of a single value is that value.
        return self._metric.clamped(values[0] if len(values) == 1 else statistics.mean(values))

    def _details(self, kept: Coded, value: ValueOf) -> Callable[[Mask], Mapping[str, Any]]:
        """Return what is told beside the score of a part, without answers where none need be."""
        if kept.probabilities is None and not kept.trials:
            direction = self._metric.facts.direction

            def slices(part: Mask) -> Mapping[str, Any]:
                found = slice_details(self._groups, part, value, direction)
                return {"slices": found} if found else {}

            return slices
        classes = self._task.labels
        return Details(
            metric=self._metric,
            classes=classes,
            rows=self._labels,
            rounds=answers_of(kept, self._order, classes),
            value_of=value,
            trials=trials_of(kept, self._order, classes),
        ).on


def _units(labels: Sequence[LabelRow], part: Mask) -> Units:
    return Units.of_members(
        [row.group or row.id for row, inside in zip(labels, part.tolist(), strict=True) if inside]
    )
