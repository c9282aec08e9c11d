"""Macro recall against scikit-learn and by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import recall_score

from tests.scoring.metrics.rows import CLASSES, complete_rows, value_of

OPTIONS = {"average": "macro", "labels": list(CLASSES), "zero_division": 0}


@given(complete_rows(st.sampled_from((*CLASSES, "z"))).filter(lambda rows: "z" not in rows[0]))
def test_agrees_with_scikit_learn_also_on_made_up_classes(rows) -> None:
    assert value_of("recall", *rows) == pytest.approx(recall_score(*rows, **OPTIONS), abs=1e-9)


def test_class_without_rows_counts_as_zero() -> None:
    assert value_of("recall", list("ab"), list("ab")) == 0.5
