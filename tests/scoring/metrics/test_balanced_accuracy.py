"""Balanced accuracy against scikit-learn and by hand."""

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score

from tests.scoring.metrics.rows import CLASSES, complete_rows, value_of


@given(complete_rows(st.sampled_from(CLASSES)))
def test_agrees_with_scikit_learn(rows) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # predicted classes without rows, one class only
        expected = balanced_accuracy_score(*rows)
    assert value_of("balanced_accuracy", *rows) == pytest.approx(expected, abs=1e-9)


def test_rare_class_counts_as_much_as_a_common_one() -> None:
    assert value_of("balanced_accuracy", list("aaab"), list("aaaa")) == 0.5


def test_missing_row_stays_in_its_class() -> None:
    assert value_of("balanced_accuracy", list("aabb"), ["a", None, "b", "b"]) == 0.75
