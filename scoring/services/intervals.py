"""Intervals as they are written down: of a task's score, and of the final score.

Before the rows of a score are written, its evidence is in its store, so that no score names
evidence that is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from common import blobs
from scoring.aggregate import WeightedPoints, final_scores
from scoring.evidence import to_bytes
from scoring.metrics.base import Floats
from scoring.models import Split
from scoring.resampling import Resampled
from scoring.services.score_task import TaskResult
from scoring.statistics.budgets import LEVEL, VERSION
from scoring.statistics.finals import final_replicates
from scoring.statistics.intervals import percentile_interval

FINAL_METHOD = "tasks resampled independently"
_NONE: dict[str, Any] = {"low": None, "high": None, "interval": {}}


def interval_fields(resampled: Resampled | None) -> dict[str, Any]:
    """Keep the evidence of a task's score; return the columns that tell of it."""
    sha256 = ""
    if resampled is not None:
        sha256 = blobs.evidence.put_bytes(to_bytes(resampled.evidence)).sha256
    return {**interval_columns(resampled), "evidence_sha256": sha256}


def interval_columns(resampled: Resampled | None) -> dict[str, Any]:
    """Return the columns of a task's interval; its evidence is not kept."""
    if resampled is None:
        return _NONE
    return {"low": resampled.low, "high": resampled.high, "interval": resampled.facts}


class KnownFinalIntervals:
    """Intervals of final scores of one competition by those of their tasks, not to be made twice.

    ``scoring.resampling.KnownIntervals`` tells which intervals of tasks are the same.
    """

    def __init__(self, rule: str) -> None:
        self._rule = rule
        self._found: dict[tuple[bytes, ...], dict[str, Any]] = {}

    def interval(self, results: Sequence[TaskResult], *, split: Split) -> dict[str, Any]:
        """Return what ``final_interval`` returns."""
        resampled = [result.resampled.get(split) for result in results]
        key = tuple(b"failed" if each is None else each.key for each in resampled)
        if b"" in key:
            return final_interval(results, split=split, rule=self._rule)
        if key not in self._found:
            self._found[key] = final_interval(results, split=split, rule=self._rule)
        return self._found[key]


def final_interval(results: Sequence[TaskResult], *, split: Split, rule: str) -> dict[str, Any]:
    """Return the columns of a final score's interval: tasks are fixed, their rows are drawn.

    A failed task is 0 points in each resample. None where no task has a score.
    """
    known = [result.resampled.get(split) for result in results]
    if not any(known):
        return _NONE
    replicates = [np.zeros(1) if each is None else each.points for each in known]
    tasks = [weighted(result, split) for result in results]
    finals = final_points(replicates, tasks, rule=rule)
    low, high = percentile_interval(finals)
    facts = {
        "method": FINAL_METHOD,
        "rule": rule,
        "resamples": len(finals),
        "seeds": {
            result.task.slug: each.facts["seed"]
            for result, each in zip(results, known, strict=True)
            if each is not None
        },
        "level": LEVEL,
        "version": VERSION,
    }
    return {"low": low, "high": high, "interval": facts}


def final_points(
    replicates: Sequence[Floats], tasks: Sequence[WeightedPoints], *, rule: str
) -> Floats:
    """Put replicates (B,) of the tasks' points together by a competition's rule."""
    return final_replicates(replicates, lambda points: final_scores(list(points), tasks, rule=rule))


def weighted(result: TaskResult, split: Split) -> WeightedPoints:
    """Return what a task gives to the final score."""
    task = result.task
    return WeightedPoints(points=result.points(split), weight=task.weight, category=task.category)
