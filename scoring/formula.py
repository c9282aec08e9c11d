"""The final score as a formula with an entry's own numbers in it. Pure.

Points are those that are shown, with two decimals. The stored score is made from all digits: where
the formula gives another one, "≈" stands before the stored one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.aggregate import (
    CATEGORY_MEAN,
    GEOMETRIC_MEAN,
    INTERQUARTILE_MEAN,
    RULE_VERSIONS,
    WeightedPoints,
    final_score,
    middle_weights,
    shares,
)
from scoring.ranking import displayed


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPoints:
    """Points of one task with its title; None when the task failed."""

    title: str
    points: float | None
    weight: float
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One task in a formula; ``share`` of the final score is in percent, of this entry's."""

    title: str
    points: float
    weight: float
    category: str
    failed: bool
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """``name`` is the rule's, ``general`` says it in words, ``text`` has the numbers in it."""

    name: str
    version: str
    general: str
    text: str
    result: float
    terms: tuple[Term, ...]


_NAMES = {
    "mean": ("Weighted mean", "Σ weight × points / Σ weight, over all tasks"),
    CATEGORY_MEAN: (
        "Mean of category means",
        "the mean over the categories of Σ weight × points / Σ weight, over the category's tasks",
    ),
    GEOMETRIC_MEAN: (
        "Weighted geometric mean",
        "(Π points^weight)^(1 / Σ weight), over all tasks; 0 as soon as one task has 0 points",
    ),
    INTERQUARTILE_MEAN: (
        "Interquartile mean",
        "the weighted mean of the middle half: a quarter of all weight is left out at each end, "
        "where the entry's tasks are worst and best",
    ),
}


def formula(tasks: Sequence[NamedPoints], *, rule: str, stored: float | None = None) -> Formula:
    """Return the formula of an entry's final score; ``stored`` is that score, from all digits.

    Raises:
        KeyError: there is no such rule.
        ValueError: no task, or a weight that is not above 0.
    """
    parts = [
        WeightedPoints(points=task.points, weight=task.weight, category=task.category)
        for task in tasks
    ]
    worked_out = final_score(parts, rule=rule)
    result = worked_out if stored is None else stored
    sign = "=" if displayed(worked_out) == displayed(result) else "≈"
    name, general = _NAMES[rule]
    left = {
        CATEGORY_MEAN: _category_text,
        GEOMETRIC_MEAN: _geometric_text,
        INTERQUARTILE_MEAN: _middle_text,
    }.get(rule, _mean_text)(tasks)
    return Formula(
        name=name,
        version=RULE_VERSIONS[rule],
        general=general,
        text=f"{left} {sign} {result:.2f}",
        result=result,
        terms=tuple(
            Term(
                title=task.title,
                points=task.points or 0.0,
                weight=task.weight,
                category=task.category,
                failed=task.points is None,
                share=100 * share,
            )
            for task, share in zip(tasks, shares(parts, rule=rule), strict=True)
        ),
    )


def _mean_text(tasks: Sequence[NamedPoints]) -> str:
    return _weighted_text(tasks, [task.weight for task in tasks])


def _weighted_text(tasks: Sequence[NamedPoints], weights: Sequence[float]) -> str:
    """Write the division out; weights of 1 are left out where all are 1."""
    if len(tasks) == 1:
        return _points(tasks[0])
    plain = all(weight == 1 for weight in weights)
    terms = [
        _points(task) if plain else f"{_number(weight)} × {_points(task)}"
        for task, weight in zip(tasks, weights, strict=True)
    ]
    return f"({' + '.join(terms)}) / {_number(sum(weights))}"


def _category_text(tasks: Sequence[NamedPoints]) -> str:
    categories: dict[str, list[NamedPoints]] = {}
    for task in tasks:
        categories.setdefault(task.category, []).append(task)
    means = [_mean_text(each) for each in categories.values()]
    if len(means) == 1:
        return means[0]
    return f"({' + '.join(means)}) / {len(means)}"


def _geometric_text(tasks: Sequence[NamedPoints]) -> str:
    total = sum(task.weight for task in tasks)
    if len(tasks) == 1:
        return _points(tasks[0])
    terms = [
        _points(task) if task.weight == 1 else f"{_points(task)}^{_number(task.weight)}"
        for task in tasks
    ]
    return f"({' × '.join(terms)})^(1/{_number(total)})"


def _middle_text(tasks: Sequence[NamedPoints]) -> str:
    weights = middle_weights(
        [WeightedPoints(points=task.points, weight=task.weight) for task in tasks]
    )
    kept = [(task, weight) for task, weight in zip(tasks, weights, strict=True) if weight > 0]
    kept.sort(key=lambda pair: pair[0].points or 0.0)
    return _weighted_text([task for task, _ in kept], [weight for _, weight in kept])


def _points(task: NamedPoints) -> str:
    return f"{task.points or 0.0:.2f}"


def _number(value: float) -> str:
    """Write a weight out; ten digits leave out what adding them up made of the last ones."""
    return f"{value:.10g}"
