import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.statistics.intervals import percentile_interval

VALUES = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=60).map(np.array)


def test_the_ends_are_the_250th_of_10_000_from_either_side() -> None:
    assert percentile_interval(np.arange(1.0, 10_001)) == (250.0, 9751.0)


def test_of_9_999_the_250th_too() -> None:
    assert percentile_interval(np.arange(1.0, 10_000)) == (250.0, 9750.0)


def test_of_few_the_outermost() -> None:
    assert percentile_interval(np.array([3.0, 1.0, 2.0])) == (1.0, 3.0)
    assert percentile_interval(np.array([5.0])) == (5.0, 5.0)


@given(values=VALUES)
def test_mirrored_replicates_give_the_mirrored_interval(values: np.ndarray) -> None:
    low, high = percentile_interval(values)
    assert percentile_interval(-values) == (-high, -low)


@given(values=VALUES, level=st.floats(0.01, 0.99))
def test_a_higher_level_gives_no_shorter_interval(values: np.ndarray, level: float) -> None:
    wide = percentile_interval(values, level=level + 0.005)
    narrow = percentile_interval(values, level=level)
    assert wide.low <= narrow.low <= narrow.high <= wide.high


@given(values=VALUES, data=st.data())
def test_order_does_not_matter(values: np.ndarray, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(values))))
    assert percentile_interval(values[order]) == percentile_interval(values)


@pytest.mark.parametrize("values", [[], [1.0, np.nan], [np.inf]])
def test_replicates_must_be_finite(values: list[float]) -> None:
    with pytest.raises(ValueError, match="finite"):
        percentile_interval(np.array(values))


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_a_level_lies_between_0_and_1(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        percentile_interval(np.array([1.0]), level=level)
