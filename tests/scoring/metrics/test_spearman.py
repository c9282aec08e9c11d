"""Spearman correlation against scipy, and its bound for missing rows."""

import warnings
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from tests.scoring.metrics.rows import complete_rows, value_of
from tests.scoring.shapes.numbers import NUMBERS, SMALL_NUMBERS


def scipy_value(labels, given) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # constant input gives NaN
        value = spearmanr(labels, given).statistic
    return 0.0 if np.isnan(value) else float(value)


@given(complete_rows(NUMBERS, min_size=2, max_size=30))
def test_agrees_with_scipy_with_zero_for_constant_rows(rows) -> None:
    assert value_of("spearman", *rows) == pytest.approx(scipy_value(*rows), abs=1e-9)


@given(complete_rows(SMALL_NUMBERS, min_size=2, max_size=30))
def test_agrees_with_scipy_on_many_ties(rows) -> None:
    assert value_of("spearman", *rows) == pytest.approx(scipy_value(*rows), abs=1e-9)


def test_agrees_with_scipy_on_many_rows() -> None:
    random = np.random.default_rng(7)
    labels = random.normal(size=20_000).round(2)
    given = (labels + random.normal(size=20_000)).round(3)
    value = value_of("spearman", labels.tolist(), given.tolist())
    assert value == pytest.approx(scipy_value(labels, given), abs=1e-9)


def test_constant_answer_gives_zero() -> None:
    assert value_of("spearman", [1.0, 2.0, 3.0], [0.5, 0.5, 0.5]) == 0


def test_any_growing_function_of_the_label_is_perfect() -> None:
    labels = [0.1, 3.0, 0.2, 8.0]
    assert value_of("spearman", labels, [np.exp(label) for label in labels]) == 1


@settings(max_examples=50)
@given(
    complete_rows(st.integers(0, 3).map(float), max_size=6), st.sets(st.integers(0, 5), max_size=2)
)
def test_value_with_missing_rows_bounds_every_completion(rows, withheld) -> None:
    labels, given = rows
    holes = [row for row in range(len(labels)) if row in withheld]
    bound = value_of("spearman", labels, [None if i in holes else g for i, g in enumerate(given)])
    places = [half / 2 for half in range(-1, 8)]  # on, between and beyond the other answers
    for answers in product(places, repeat=len(holes)):
        completed = list(given)
        for row, answer in zip(holes, answers, strict=True):
            completed[row] = answer
        assert bound <= value_of("spearman", labels, completed) + 1e-12


def test_one_missing_row_in_a_thousand_costs_a_few_thousandths() -> None:
    labels = [float(n) for n in range(1000)]
    value = value_of("spearman", labels, [*labels[:500], None, *labels[501:]])
    assert 0.995 < value < 0.999
