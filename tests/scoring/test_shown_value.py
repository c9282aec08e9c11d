"""A metric's value is told with four decimals and five digits at most."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.shown_value import shown_value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, 0.0),
        (0.61234, 0.6123),
        (-0.00005001, -0.0001),
        (0.99996, 1.0),
        (9.87654, 9.8765),
        (12.34567, 12.346),
        (-1234.5678, -1234.6),
        (123456.789, 123460.0),
        (9.8765e11, 9.8765e11),
        (5e-324, 0.0),
    ],
)
def test_four_decimals_and_five_digits(value: float, shown: float) -> None:
    assert shown_value(value) == pytest.approx(shown, rel=1e-12)


@given(st.floats(min_value=0, max_value=1, exclude_max=True))
def test_a_share_is_one_of_10_001_values(value: float) -> None:
    step = shown_value(value) * 10_000
    assert step == pytest.approx(round(step), abs=1e-9)


@given(st.floats(min_value=1, max_value=1e300))
def test_a_large_value_tells_five_digits(value: float) -> None:
    shown = shown_value(value)
    assert float(f"{shown:.4e}") == pytest.approx(shown, rel=1e-12)
    assert math.isclose(shown, value, rel_tol=6e-5)
