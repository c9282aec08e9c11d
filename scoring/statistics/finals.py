"""From replicates of tasks to replicates of a final score: tasks are fixed, rows are drawn.

Each task's rows are resampled independently of the others', and each round of replicates is put
through the competition's own rule. What another choice of tasks would have given is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from competitions.kinds.metric_facts import MetricFacts
from scoring.metrics.base import Floats
from scoring.statistics.sign_flip import Null

Rule: TypeAlias = Callable[[Floats], Floats]
"""From points (tasks, B) to final scores (B,); a failed task is a row of zeros."""


def points_of_values(
    values: Floats, *, facts: MetricFacts, baseline: float | None, ceiling: float | None
) -> Floats:
    """Turn raw values into points as ``aggregate.points_of`` does, many at once.

    Raises:
        ValueError: an unbounded metric lacks its anchors.
    """
    if facts.bounded:
        return 100.0 * np.clip(values, 0.0, 1.0)
    if baseline is None or ceiling is None or baseline == ceiling:
        raise ValueError("a metric without fixed ends needs a baseline and another ceiling")
    return 100.0 * np.clip((values - baseline) / (ceiling - baseline), 0.0, 1.0)


def final_replicates(task_replicates: Sequence[Floats], rule: Rule) -> Floats:
    """Aggregate replicates of points, one array for each task, with the competition's rule.

    A task that could afford fewer resamples than another goes round again: tasks are independent,
    so each pairing of their replicates is as good as another.

    Raises:
        ValueError: no tasks, or a task without replicates.
    """
    if not task_replicates or not all(len(each) for each in task_replicates):
        raise ValueError("a final score needs replicates of every task")
    most = max(len(each) for each in task_replicates)
    return rule(np.stack([np.resize(each, most) for each in task_replicates]))


def final_differences(tasks: Sequence[Null], rule: Rule) -> Floats:
    """Return (B,) differences of two entries' final scores, drawn as if they were equally good.

    ``tasks`` are both entries' null points in each task, drawn with another seed for each; a task
    that one of them failed has a row of zeros on that side. For ``p_value`` against the observed
    difference of final scores.

    Raises:
        ValueError: no tasks, or a task without draws.
    """
    first = final_replicates([task.first for task in tasks], rule)
    return first - final_replicates([task.second for task in tasks], rule)
