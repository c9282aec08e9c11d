import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.statistics.p_value import p_value

DRAWN = st.lists(st.integers(-9, 9).map(float), min_size=1, max_size=50).map(np.array)


def test_p_counts_the_observed_difference_as_a_draw() -> None:
    assert p_value(2.0, np.array([-3.0, 2.0, 1.0, 0.0])) == 3 / 5


def test_p_is_never_zero() -> None:
    assert p_value(9.0, np.zeros(99)) == 1 / 100


def test_no_difference_has_p_1() -> None:
    assert p_value(0.0, np.array([0.0, 5.0])) == 1.0


def test_differences_that_rounding_parts_are_as_extreme() -> None:
    assert p_value(0.1 + 0.2, np.array([0.3, -0.3])) == 1.0


@given(drawn=DRAWN, near=st.integers(0, 9), far=st.integers(0, 9))
def test_a_larger_difference_has_no_larger_p(drawn: np.ndarray, near: int, far: int) -> None:
    assert p_value(float(near + far), drawn) <= p_value(float(near), drawn)


@given(drawn=DRAWN, observed=st.integers(-9, 9))
def test_both_directions_count_alike(drawn: np.ndarray, observed: int) -> None:
    assert p_value(float(observed), drawn) == p_value(float(-observed), -drawn)


@pytest.mark.parametrize(("observed", "drawn"), [(np.nan, [0.0]), (1.0, [np.inf])])
def test_differences_must_be_finite(observed: float, drawn: list[float]) -> None:
    with pytest.raises(ValueError, match="finite"):
        p_value(observed, np.array(drawn))
