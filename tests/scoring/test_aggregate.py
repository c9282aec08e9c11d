"""Points and final scores."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds.metric_facts import METRIC_FACTS, get_metric_facts
from scoring.aggregate import WeightedPoints, final_score, points_of


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
