"""From raw metric values to points, and from points to a final score.

Points run from 0 to 100 and depend on one entry alone: nothing is normalised by what others
reached, so no entry can move another's score. How points become a final score is a rule of the
competition with a version; a failed task is 0 points under each of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from competitions.kinds.metric_facts import MetricFacts, anchor_problems

POINTS_VERSION = "points-1"
MEAN = "mean"
CATEGORY_MEAN = "category_mean"
GEOMETRIC_MEAN = "geometric_mean"
INTERQUARTILE_MEAN = "interquartile_mean"
RULE_VERSIONS = {
    MEAN: "weighted-mean-1",
    CATEGORY_MEAN: "category-mean-1",
    GEOMETRIC_MEAN: "geometric-mean-1",
    INTERQUARTILE_MEAN: "interquartile-mean-1",
}
# Logarithms differ by a hair between machines; a final score does not.
_DECIMALS = 9

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedPoints:
    """Points of one task; ``points`` is None when the task failed. ``weight`` is above 0.

    ``category`` counts where the rule is a mean of category means.
    """

    points: float | None
    weight: float
    category: str = ""


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


def final_score(tasks: Iterable[WeightedPoints], *, rule: str = MEAN) -> float:
    """Return the tasks' points put together by ``rule``; a failed task counts as 0 points.

    Sums are exactly rounded, so the order of the tasks does not matter.

    Raises:
        KeyError: there is no such rule.
        ValueError: no task, or a weight that is not above 0 and finite.
    """
    parts = list(tasks)
    put_together = _RULES[rule]
    if not parts:
        raise ValueError("a final score needs at least one task")
    if not all(math.isfinite(part.weight) and part.weight > 0 for part in parts):
        raise ValueError("weights must be above 0")
    return min(100.0, max(0.0, put_together(parts)))


def final_scores(points: Sequence[Floats], tasks: Sequence[WeightedPoints], *, rule: str) -> Floats:
    """Return final scores (B,) from many points (B,) of each task, such as resampled ones.

    ``tasks`` give weights and categories; their own points don't count. The same as ``final_score``
    of each of the B columns, but for the last digits.
    """
    return np.clip(_MANY[rule](np.stack(points), tasks), 0.0, 100.0)


def shares(tasks: Sequence[WeightedPoints], *, rule: str) -> list[float]:
    """Return how much each task counts, all together 1.

    Of a geometric mean these are the exponents; of an interquartile mean they depend on the points.
    """
    if rule == CATEGORY_MEAN:
        return _category_shares(tasks)
    weights = middle_weights(tasks) if rule == INTERQUARTILE_MEAN else [t.weight for t in tasks]
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def _mean(tasks: Sequence[WeightedPoints]) -> float:
    total = math.fsum(task.weight for task in tasks)
    return math.fsum(task.weight * (task.points or 0.0) for task in tasks) / total


def _category_mean(tasks: Sequence[WeightedPoints]) -> float:
    categories = _by_category(tasks)
    means = [_mean([tasks[at] for at in places]) for places in categories]
    return math.fsum(means) / len(means)


def _geometric_mean(tasks: Sequence[WeightedPoints]) -> float:
    if not all(task.points for task in tasks):
        return 0.0
    total = math.fsum(task.weight for task in tasks)
    logs = math.fsum(task.weight * math.log(task.points or 1.0) for task in tasks)
    return round(math.exp(logs / total), _DECIMALS)


def _interquartile_mean(tasks: Sequence[WeightedPoints]) -> float:
    weights = middle_weights(tasks)
    pairs = zip(weights, tasks, strict=True)
    earned = math.fsum(weight * (task.points or 0.0) for weight, task in pairs)
    return earned / math.fsum(weights)


def middle_weights(tasks: Sequence[WeightedPoints]) -> list[float]:
    """Return what of each task's weight lies between the first and the third quarter.

    The tasks lie on a line, in the order of their points, each as long as its weight. Of tasks of
    equal points it does not matter which comes first: they earn the same.
    """
    total = math.fsum(task.weight for task in tasks)
    low, high = total / 4, 3 * total / 4
    order = sorted(range(len(tasks)), key=lambda at: (tasks[at].points or 0.0, tasks[at].weight))
    kept = [0.0] * len(tasks)
    for place, at in enumerate(order):
        before = math.fsum(tasks[other].weight for other in order[:place])
        after = before + tasks[at].weight
        kept[at] = max(0.0, min(after, high) - max(before, low))
    return kept


def _by_category(tasks: Sequence[WeightedPoints]) -> list[list[int]]:
    found: dict[str, list[int]] = {}
    for place, task in enumerate(tasks):
        found.setdefault(task.category, []).append(place)
    return list(found.values())


def _category_shares(tasks: Sequence[WeightedPoints]) -> list[float]:
    categories = _by_category(tasks)
    found = [0.0] * len(tasks)
    for places in categories:
        total = math.fsum(tasks[at].weight for at in places)
        for at in places:
            found[at] = tasks[at].weight / total / len(categories)
    return found


def _many_by_shares(points: Floats, part: Sequence[float]) -> Floats:
    """Add (tasks, B) row by row: no sum depends on how numpy was built."""
    total = np.zeros(points.shape[1])
    for share, row in zip(part, points, strict=True):
        total += share * row
    return total


def _many_means(points: Floats, tasks: Sequence[WeightedPoints]) -> Floats:
    return _many_by_shares(points, shares(tasks, rule=MEAN))


def _many_category_means(points: Floats, tasks: Sequence[WeightedPoints]) -> Floats:
    return _many_by_shares(points, shares(tasks, rule=CATEGORY_MEAN))


def _many_geometric_means(points: Floats, tasks: Sequence[WeightedPoints]) -> Floats:
    positive = (points > 0).all(axis=0)
    logs = np.log(np.where(positive, points, 1.0))
    means = np.exp(_many_by_shares(logs, shares(tasks, rule=GEOMETRIC_MEAN)))
    found: Floats = np.where(positive, means, 0.0).round(_DECIMALS)
    return found


def _many_interquartile_means(points: Floats, tasks: Sequence[WeightedPoints]) -> Floats:
    order = np.argsort(points, axis=0, kind="stable")
    weights = np.array([task.weight for task in tasks])[order]
    after = np.cumsum(weights, axis=0)
    total = after[-1]
    kept = np.minimum(after, 0.75 * total) - np.maximum(after - weights, 0.25 * total)
    kept = np.maximum(kept, 0.0)
    earned = np.zeros(points.shape[1])
    for weight, row in zip(kept, np.take_along_axis(points, order, axis=0), strict=True):
        earned += weight * row
    found: Floats = earned / kept.sum(axis=0)
    return found


_RULES: dict[str, Callable[[Sequence[WeightedPoints]], float]] = {
    MEAN: _mean,
    CATEGORY_MEAN: _category_mean,
    GEOMETRIC_MEAN: _geometric_mean,
    INTERQUARTILE_MEAN: _interquartile_mean,
}
_MANY: dict[str, Callable[[Floats, Sequence[WeightedPoints]], Floats]] = {
    MEAN: _many_means,
    CATEGORY_MEAN: _many_category_means,
    GEOMETRIC_MEAN: _many_geometric_means,
    INTERQUARTILE_MEAN: _many_interquartile_means,
}


def _clip(share: float) -> float:
    return min(1.0, max(0.0, share))
