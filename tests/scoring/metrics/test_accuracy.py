"""Accuracy against scikit-learn and by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score

from tests.scoring.metrics.rows import CLASSES, complete_rows, value_of


@given(complete_rows(st.sampled_from(CLASSES)))
def test_agrees_with_scikit_learn(rows) -> None:
    assert value_of("accuracy", *rows) == pytest.approx(accuracy_score(*rows), abs=1e-9)


def test_missing_and_made_up_answers_are_wrong_and_stay_in_the_denominator() -> None:
    assert value_of("accuracy", list("aabb"), ["a", None, "z", "b"]) == 0.5
