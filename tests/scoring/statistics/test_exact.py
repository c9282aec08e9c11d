from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.statistics.exact import exact

NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False)
ROWS = st.lists(st.tuples(NUMBERS, st.integers(-100, 100)), min_size=1, max_size=20)


@given(rows=ROWS, data=st.data())
def test_sums_are_those_of_exact_fractions(
    rows: list[tuple[float, int]], data: st.DataObject
) -> None:
    weights = data.draw(st.lists(st.integers(0, 5), min_size=len(rows), max_size=len(rows)))
    statistics = np.array(rows)
    total = max(1, sum(weights))
    sums = exact(statistics, total_weight=total).weighed(np.array([weights]))[0]
    for column, found in enumerate(sums):
        truth = sum(
            Fraction(float(each)) * weight
            for each, weight in zip(statistics[:, column], weights, strict=True)
        )
        largest = float(np.abs(statistics[:, column]).max())
        assert abs(Fraction(float(found)) - truth) <= Fraction(largest) * total * Fraction(1, 2**40)


@given(data=st.data())
def test_the_order_of_units_changes_no_digit(data: st.DataObject) -> None:
    numbers = data.draw(st.lists(NUMBERS, min_size=2, max_size=30))
    order = data.draw(st.permutations(range(len(numbers))))
    rows = np.array(numbers)[:, None]
    weights = np.arange(len(numbers))[None, :]
    total = int(weights.sum())
    one = exact(rows, total_weight=total).weighed(weights)
    two = exact(rows[order], total_weight=total).weighed(weights[:, order])
    assert one.tolist() == two.tolist()


def test_whole_numbers_stay_as_they_are() -> None:
    found = exact(np.array([[3, 0], [5, 1]]), total_weight=2)
    assert found.numbers.dtype == np.float32
    assert found.weighed(np.array([[2, 0], [1, 1]])).tolist() == [[6.0, 0.0], [8.0, 1.0]]


def test_large_sums_get_the_wider_type() -> None:
    found = exact(np.array([[2**24 - 1], [1]]), total_weight=3)
    assert found.numbers.dtype == np.float64
    assert found.weighed(np.array([[2, 1]])).tolist() == [[2.0**25 - 1]]


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_statistics_must_be_finite(number: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        exact(np.array([[number]]), total_weight=1)
