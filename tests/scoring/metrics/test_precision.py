"""Macro precision against scikit-learn and by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_score

from tests.scoring.metrics.rows import CLASSES, complete_rows, value_of

OPTIONS = {"average": "macro", "labels": list(CLASSES), "zero_division": 0}


@given(complete_rows(st.sampled_from((*CLASSES, "z"))).filter(lambda rows: "z" not in rows[0]))
def test_agrees_with_scikit_learn_also_on_made_up_classes(rows) -> None:
    expected = precision_score(*rows, **OPTIONS)
    assert value_of("precision", *rows) == pytest.approx(expected, abs=1e-9)


def test_constant_answer_is_precise_for_one_class_only() -> None:
    assert value_of("precision", list("abcd"), list("aaaa")) == 0.25 / 4


def test_withholding_a_doubtful_answer_spares_no_false_positive() -> None:
    sure_only = value_of("precision", list("aabb"), ["a", None, "b", None])
    guessed = value_of("precision", list("aabb"), ["a", "b", "b", "a"])
    assert sure_only == guessed == 0.25
