"""Matthews correlation against scikit-learn, and its bound for missing rows."""

import warnings
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import matthews_corrcoef

from tests.scoring.metrics.rows import CLASSES, complete_rows, value_of


@given(complete_rows(st.sampled_from((*CLASSES, "z"))).filter(lambda rows: "z" not in rows[0]))
def test_agrees_with_scikit_learn_also_on_a_made_up_class(rows) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one class throughout
        expected = matthews_corrcoef(*rows)
    assert value_of("mcc", *rows) == pytest.approx(expected, abs=1e-9)


def test_constant_answer_and_one_true_class_give_zero() -> None:
    assert value_of("mcc", list("abab"), list("aaaa")) == 0
    assert value_of("mcc", list("aaaa"), list("abab")) == 0


def test_opposite_answers_give_minus_one() -> None:
    assert value_of("mcc", list("aabb"), list("bbaa")) == -1


@settings(max_examples=50)
@given(complete_rows(st.sampled_from(CLASSES), max_size=7), st.sets(st.integers(0, 6), max_size=3))
def test_value_with_missing_rows_bounds_every_completion(rows, withheld) -> None:
    labels, given = rows
    holes = [row for row in range(len(labels)) if row in withheld]
    bound = value_of("mcc", labels, [None if i in holes else g for i, g in enumerate(given)])
    for answers in product(CLASSES, repeat=len(holes)):
        completed = list(given)
        for row, answer in zip(holes, answers, strict=True):
            completed[row] = answer
        assert bound <= value_of("mcc", labels, completed) + 1e-12


def test_a_few_missing_rows_cost_a_little() -> None:
    labels = list("ab") * 100
    assert 0.95 < value_of("mcc", labels, [None, *labels[1:]]) < 1
