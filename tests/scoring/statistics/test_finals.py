import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.aggregate import points_of
from scoring.metrics import get_metric
from scoring.metrics.base import Floats
from scoring.statistics.finals import final_differences, final_replicates, points_of_values
from scoring.statistics.sign_flip import Null


def mean(points: Floats) -> Floats:
    return points.mean(axis=0)


def test_tasks_are_put_together_round_by_round() -> None:
    found = final_replicates([np.array([80.0, 90.0]), np.array([60.0, 50.0])], mean)
    assert found.tolist() == [70.0, 70.0]


def test_a_task_with_fewer_resamples_goes_round_again() -> None:
    found = final_replicates([np.array([0.0, 1.0, 2.0, 3.0]), np.array([10.0, 20.0])], mean)
    assert found.tolist() == [5.0, 10.5, 6.0, 11.5]


def test_a_failed_task_is_a_row_of_zeros() -> None:
    assert final_replicates([np.array([80.0, 90.0]), np.zeros(1)], mean).tolist() == [40.0, 45.0]


@pytest.mark.parametrize("tasks", [[], [np.array([1.0]), np.array([])]])
def test_each_task_needs_replicates(tasks: list[Floats]) -> None:
    with pytest.raises(ValueError, match="every task"):
        final_replicates(tasks, mean)


def test_differences_are_those_of_final_scores() -> None:
    one = Null(np.array([80.0, 70.0]), np.array([60.0, 70.0]))
    two = Null(np.array([50.0, 40.0]), np.array([50.0, 60.0]))
    assert final_differences([one, two], mean).tolist() == [10.0, -10.0]


@given(values=st.lists(st.floats(-1, 1), min_size=1))
def test_points_of_a_bounded_metric_are_those_of_single_values(values: list[float]) -> None:
    facts = get_metric("mcc").facts
    found = points_of_values(np.array(values), facts=facts, baseline=None, ceiling=None)
    expected = [points_of(each, facts=facts, baseline=None, ceiling=None) for each in values]
    assert found.tolist() == expected


@given(values=st.lists(st.floats(0, 10), min_size=1))
def test_points_by_anchors_are_those_of_single_values(values: list[float]) -> None:
    facts = get_metric("rmse").facts
    found = points_of_values(np.array(values), facts=facts, baseline=5.0, ceiling=0.5)
    expected = [points_of(each, facts=facts, baseline=5.0, ceiling=0.5) for each in values]
    assert found.tolist() == expected


def test_a_metric_without_ends_needs_anchors() -> None:
    facts = get_metric("rmse").facts
    with pytest.raises(ValueError, match="baseline"):
        points_of_values(np.array([1.0]), facts=facts, baseline=1.0, ceiling=1.0)
