"""Pearson correlation against scipy, and why one missing row costs all."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import pearsonr

from tests.scoring.metrics.rows import complete_rows, value_of
from tests.scoring.shapes.numbers import NUMBERS


def scipy_value(labels, given) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # constant input gives NaN
        value = pearsonr(labels, given).statistic
    return 0.0 if np.isnan(value) else float(value)


@given(complete_rows(NUMBERS, min_size=2, max_size=30))
def test_agrees_with_scipy_with_zero_for_constant_rows(rows) -> None:
    assert value_of("pearson", *rows) == pytest.approx(scipy_value(*rows), abs=1e-9)


@given(
    complete_rows(st.integers(-99, 99).map(float), min_size=2),
    st.sampled_from([1e-6, 1.0, 1e9]),
    st.sampled_from([0.0, 1e3]),
)
def test_scale_and_shift_of_the_answers_do_not_count(rows, scale, shift) -> None:
    labels, given = rows
    moved = [scale * (number + shift) for number in given]
    assert value_of("pearson", labels, moved) == pytest.approx(
        value_of("pearson", labels, given), abs=1e-9
    )


def test_constant_answer_gives_zero() -> None:
    assert value_of("pearson", [1.0, 2.0, 3.0], [0.1, 0.1, 0.1]) == 0


def test_numbers_of_any_size_neither_overflow_nor_vanish() -> None:
    assert value_of("pearson", [1e12, -1e12, 0.0], [1e-300, -1e-300, 0.0]) == 1


def test_one_missing_row_costs_all_because_one_free_answer_can() -> None:
    labels = [float(n) for n in range(100)]
    assert value_of("pearson", labels, [None, *labels[1:]]) == -1
    assert value_of("pearson", labels, [1e12, *labels[1:]]) < 0
