"""From raw metric values to points, and from points to a final score.

Points run from 0 to 100 and depend on one entry alone: nothing is normalised by what others
reached, so no entry can move another's score.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from competitions.kinds.metric_facts import MetricFacts, anchor_problems

POINTS_VERSION = "points-1"
FINAL_SCORE_VERSION = "weighted-mean-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedPoints:
    """Points of one task; ``points`` is None when the task failed. ``weight`` is above 0."""

    points: float | None
    weight: float


def points_of(
    value: float, *, facts: MetricFacts, baseline: float | None, ceiling: float | None
) -> float:
    """Turn a raw value into points between 0 and 100.

    Bounded metrics: 100 x max(0, value), which is the metric itself for shares and cuts negative
    correlations. The others: 100 x clip((value - baseline) / (ceiling - baseline), 0, 1).

    Raises:
        ValueError: the value is not finite, or an unbounded metric lacks its anchors.
    """
    if not math.isfinite(value):
        raise ValueError("a score must be finite")
    if facts.bounded:
        return 100.0 * _clip(value)
    problems = anchor_problems(facts, baseline=baseline, ceiling=ceiling)
    if problems or baseline is None or ceiling is None:
        raise ValueError(" ".join(problems))
    return 100.0 * _clip((value - baseline) / (ceiling - baseline))


def final_score(tasks: Iterable[WeightedPoints]) -> float:
    """Return the weighted mean of the tasks' points; a failed task counts as 0 points.

    The sum is exactly rounded, so the order of the tasks does not matter.

    Raises:
        ValueError: no task, or a weight that is not above 0 and finite.
    """
    parts = list(tasks)
    if not parts:
        raise ValueError("a final score needs at least one task")
    if not all(math.isfinite(part.weight) and part.weight > 0 for part in parts):
        raise ValueError("weights must be above 0")
    total = math.fsum(part.weight for part in parts)
    earned = math.fsum(part.weight * (part.points or 0.0) for part in parts)
    return min(100.0, max(0.0, earned / total))


def _clip(share: float) -> float:
    return min(1.0, max(0.0, share))
