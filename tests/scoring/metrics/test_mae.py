"""Mean absolute error against scikit-learn and by hand."""

import pytest
from hypothesis import given
from sklearn.metrics import mean_absolute_error

from tests.scoring.metrics.rows import complete_rows, value_of
from tests.scoring.shapes.numbers import NUMBERS


@given(complete_rows(NUMBERS))
def test_agrees_with_scikit_learn(rows) -> None:
    expected = mean_absolute_error(*rows)
    assert value_of("mae", *rows) == pytest.approx(expected, abs=1e-9, rel=1e-9)


def test_missing_row_errs_by_the_farthest_end_of_the_labels() -> None:
    assert value_of("mae", [0.0, 1.0, 4.0], [1.0, None, 3.0]) == pytest.approx(5 / 3)
