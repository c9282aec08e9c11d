"""Macro-F1 against scikit-learn and by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from tests.scoring.metrics.rows import CLASSES, complete_rows, value_of

OPTIONS = {"average": "macro", "labels": list(CLASSES), "zero_division": 0}


@given(complete_rows(st.sampled_from((*CLASSES, "z"))).filter(lambda rows: "z" not in rows[0]))
def test_agrees_with_scikit_learn_also_on_made_up_classes(rows) -> None:
    assert value_of("macro_f1", *rows) == pytest.approx(f1_score(*rows, **OPTIONS), abs=1e-9)


def test_made_up_class_adds_no_class_to_the_mean() -> None:
    labels, given = list("aabbcd"), list("azbbcd")
    assert value_of("macro_f1", labels, given) == pytest.approx((2 / 3 + 3) / 4)
    assert f1_score(labels, given, average="macro", zero_division=0) == pytest.approx(
        (2 / 3 + 3) / 5
    )


def test_one_class_throughout_scores_one_class_of_the_task() -> None:
    assert value_of("macro_f1", list("aaaa"), list("aaaa")) == 0.25


def test_missing_row_is_charged_to_every_other_class() -> None:
    value = value_of("macro_f1", list("aabbcd"), ["a", None, "b", "b", "c", "d"])
    assert value == pytest.approx((2 / 3 + 4 / 5 + 2 / 3 + 2 / 3) / 4)
