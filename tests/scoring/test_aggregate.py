"""Points and final scores."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds.metric_facts import METRIC_FACTS, get_metric_facts
from competitions.models import Competition
from scoring.aggregate import (
    RULE_VERSIONS,
    WeightedPoints,
    final_score,
    final_scores,
    points_of,
    shares,
)


def points(metric: str, value: float, baseline=None, ceiling=None) -> float:
    return points_of(value, facts=get_metric_facts(metric), baseline=baseline, ceiling=ceiling)


@pytest.mark.parametrize(
    ("metric", "value", "baseline", "ceiling", "expected"),
    [
        ("accuracy", 0.734, None, None, 73.4),
        ("accuracy", 1.0, None, None, 100),
        ("spearman", 0.5, None, None, 50),
        ("spearman", -0.9, None, None, 0),
        ("mcc", -1.0, None, None, 0),
        ("rmse", 1.5, 2.0, 1.0, 50),
        ("rmse", 3.0, 2.0, 1.0, 0),
        ("rmse", 0.1, 2.0, 1.0, 100),
        ("r2", 0.25, 0.0, 0.5, 50),
        ("r2", -40.0, 0.0, 1.0, 0),
        ("accuracy", 0.6, 0.5, 0.7, 60),
    ],
)
def test_points_follow_the_metrics_range(metric, value, baseline, ceiling, expected) -> None:
    assert points(metric, value, baseline, ceiling) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_value_that_is_not_finite_never_becomes_points(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        points("accuracy", value)


@pytest.mark.parametrize(("baseline", "ceiling"), [(None, None), (1.0, None), (1.0, 2.0)])
def test_unbounded_metric_without_sound_anchors_raises(baseline, ceiling) -> None:
    with pytest.raises(ValueError, match="ceiling"):
        points("rmse", 1.0, baseline, ceiling)


@given(
    st.sampled_from(sorted(METRIC_FACTS)),
    st.floats(-1e12, 1e12),
    st.floats(-1e12, 1e12),
)
def test_points_lie_in_range_and_better_values_never_earn_less(metric, one, other) -> None:
    facts = METRIC_FACTS[metric]
    anchors = (1.0, 0.0) if facts.direction == "lower" else (0.0, 1.0)
    worse, better = sorted([one, other], reverse=facts.direction == "lower")
    assert 0 <= points(metric, worse, *anchors) <= points(metric, better, *anchors) <= 100


def part(points: float | None, weight: float = 1.0) -> WeightedPoints:
    return WeightedPoints(points=points, weight=weight)


def test_final_score_is_the_mean_of_the_tasks() -> None:
    assert final_score([part(80), part(60), part(10)]) == 50


def test_weights_count() -> None:
    assert final_score([part(80, 3), part(40, 1)]) == 70


def test_failed_task_is_zero_points() -> None:
    assert final_score([part(80), part(None)]) == 40


def test_no_task_has_no_score() -> None:
    with pytest.raises(ValueError, match="at least one task"):
        final_score([])


@pytest.mark.parametrize("weight", [0, -1, math.nan, math.inf])
def test_weight_must_be_above_zero(weight: float) -> None:
    with pytest.raises(ValueError, match="weights"):
        final_score([part(1, weight)])


TASKS = st.lists(
    st.builds(part, st.none() | st.floats(0, 100), st.floats(0.01, 100)), min_size=1, max_size=6
)


@given(TASKS, st.randoms())
def test_order_of_tasks_does_not_matter(tasks, random) -> None:
    shuffled = random.sample(tasks, len(tasks))
    assert final_score(tasks) == final_score(shuffled)
    assert 0 <= final_score(tasks) <= 100


RULES = sorted(RULE_VERSIONS)


def of(points: float | None, weight: float = 1.0, category: str = "") -> WeightedPoints:
    return WeightedPoints(points=points, weight=weight, category=category)


def test_mean_of_categories_lets_each_category_count_the_same() -> None:
    tasks = [of(90, 1, "text"), of(60, 2, "text"), of(20, 1, "images")]
    assert final_score(tasks, rule="category_mean") == pytest.approx((70 + 20) / 2)


def test_geometric_mean_is_the_root_of_the_product() -> None:
    assert final_score([of(80), of(20)], rule="geometric_mean") == 40
    assert final_score([of(80, 3), of(5, 1)], rule="geometric_mean") == pytest.approx(40)
    assert final_score([of(100), of(None)], rule="geometric_mean") == 0


def test_interquartile_mean_leaves_out_the_outer_quarters() -> None:
    rule = "interquartile_mean"
    assert final_score([of(0), of(40), of(60), of(100)], rule=rule) == 50
    # Of five tasks, the middle half is 2.5 tasks long: one, and three quarters of two more.
    five = [of(0), of(30), of(40), of(50), of(100)]
    assert final_score(five, rule=rule) == pytest.approx((0.75 * 30 + 40 + 0.75 * 50) / 2.5)
    # A heavy task spans what its weight spans.
    assert final_score([of(10), of(50, 6), of(90)], rule=rule) == 50


def test_interquartile_mean_of_one_or_two_tasks_is_their_mean() -> None:
    assert final_score([of(70)], rule="interquartile_mean") == 70
    assert final_score([of(70), of(50)], rule="interquartile_mean") == 60


def test_unknown_rule_raises() -> None:
    with pytest.raises(KeyError):
        final_score([of(1)], rule="median")


def test_each_rule_has_a_version_of_its_own_and_a_choice_in_the_form() -> None:
    assert len(set(RULE_VERSIONS.values())) == len(RULE_VERSIONS)
    assert set(RULE_VERSIONS) == set(Competition.Aggregation.values)
    assert final_score([of(3), of(5)]) == final_score([of(3), of(5)], rule="mean")


NAMED = st.lists(
    st.builds(
        of, st.none() | st.floats(0, 100), st.floats(0.01, 100), st.sampled_from(["a", "b", "c"])
    ),
    min_size=1,
    max_size=7,
)


@given(NAMED, st.sampled_from(RULES), st.randoms())
def test_no_rule_depends_on_the_order_of_tasks_or_leaves_the_range(tasks, rule, random) -> None:
    shuffled = random.sample(tasks, len(tasks))
    score = final_score(tasks, rule=rule)
    assert final_score(shuffled, rule=rule) == score
    low, high = (f(task.points or 0 for task in tasks) for f in (min, max))
    assert low - 1e-6 <= score <= high + 1e-6


@given(NAMED, st.sampled_from(RULES), st.data())
def test_no_rule_lets_a_better_task_lower_the_score(tasks, rule, data) -> None:
    at = data.draw(st.integers(0, len(tasks) - 1))
    better = replace(tasks[at], points=data.draw(st.floats(tasks[at].points or 0, 100)))
    improved = [*tasks[:at], better, *tasks[at + 1 :]]
    assert final_score(improved, rule=rule) >= final_score(tasks, rule=rule) - 1e-8


@given(NAMED, st.sampled_from(RULES), st.data())
def test_many_final_scores_are_those_of_their_columns(tasks, rule, data) -> None:
    column = st.lists(st.floats(0, 100), min_size=len(tasks), max_size=len(tasks))
    columns = data.draw(st.lists(column, min_size=1, max_size=4))
    rows = [np.array(row) for row in zip(*columns, strict=True)]
    many = final_scores(rows, tasks, rule=rule)
    for score, points in zip(many, columns, strict=True):
        single = [replace(task, points=each) for task, each in zip(tasks, points, strict=True)]
        assert score == pytest.approx(final_score(single, rule=rule), abs=1e-6)


@given(NAMED, st.sampled_from(["mean", "category_mean"]))
def test_shares_are_what_each_task_counts(tasks, rule) -> None:
    part = shares(tasks, rule=rule)
    assert math.fsum(part) == pytest.approx(1)
    earned = math.fsum(each * (task.points or 0) for each, task in zip(part, tasks, strict=True))
    assert earned == pytest.approx(final_score(tasks, rule=rule), abs=1e-9)
