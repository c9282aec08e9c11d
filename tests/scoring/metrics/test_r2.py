"""Coefficient of determination against scikit-learn and by hand."""

import pytest
from hypothesis import given
from sklearn.metrics import r2_score

from tests.scoring.metrics.rows import complete_rows, value_of
from tests.scoring.shapes.numbers import NUMBERS


@given(complete_rows(NUMBERS, min_size=2))
def test_agrees_with_scikit_learn(rows) -> None:
    assert value_of("r2", *rows) == pytest.approx(r2_score(*rows), abs=1e-9, rel=1e-9)


def test_always_answering_the_mean_gives_zero() -> None:
    assert value_of("r2", [1.0, 2.0, 6.0], [3.0, 3.0, 3.0]) == 0


def test_equal_labels_give_one_for_perfect_answers_and_zero_for_others() -> None:
    assert value_of("r2", [0.1] * 3, [0.1] * 3) == 1
    assert value_of("r2", [0.1] * 3, [0.1, 0.1, 0.2]) == 0


def test_there_is_no_lower_end() -> None:
    assert value_of("r2", [0.0, 1.0], [100.0, -100.0]) < -10_000
