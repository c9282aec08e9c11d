"""Root mean squared error against scikit-learn and by hand."""

import pytest
from hypothesis import given
from sklearn.metrics import root_mean_squared_error

from tests.scoring.metrics.rows import complete_rows, value_of
from tests.scoring.shapes.numbers import NUMBERS


@given(complete_rows(NUMBERS))
def test_agrees_with_scikit_learn(rows) -> None:
    expected = root_mean_squared_error(*rows)
    assert value_of("rmse", *rows) == pytest.approx(expected, abs=1e-9, rel=1e-9)


def test_missing_row_errs_by_the_farthest_end_of_the_labels() -> None:
    assert value_of("rmse", [0.0, 1.0, 4.0], [0.0, None, 4.0]) == pytest.approx(3**0.5)


def test_missing_row_costs_something_even_where_all_labels_are_equal() -> None:
    assert value_of("rmse", [0.0, 0.0], [None, None]) == 1
    assert value_of("rmse", [5.0, 5.0], [None, None]) == 5
