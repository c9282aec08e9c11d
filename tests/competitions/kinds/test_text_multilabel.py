"""Sets of classes: different ones of the task's, in its order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds import get_kind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.values import ClassSetAnswer

KIND = get_kind("text_multilabel")
SCHEMA = KIND.answers["predict"]
CLASSES = ("c", "a", "b")


@given(st.permutations(["a", "b", "c"]))
def test_order_of_a_set_is_the_task_s(names: list[str]) -> None:
    assert KIND.check_label(names, CLASSES) == CLASSES
    assert SCHEMA.parse({"labels": names}, CLASSES) == ClassSetAnswer(CLASSES)


def test_empty_set_is_a_label_and_an_answer() -> None:
    assert KIND.check_label([], CLASSES) == ()
    assert SCHEMA.parse({"labels": [], "scores": [0, 0.5, 1]}, CLASSES) == ClassSetAnswer(
        (), (0.0, 0.5, 1.0)
    )


def test_set_with_a_made_up_class_is_no_answer() -> None:
    assert SCHEMA.parse({"labels": ["a", "z"]}, CLASSES) is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (["a", "a"], "repeated_label"),
        (["a", "z"], "unknown_label"),
        ("a", "wrong_type"),
        ([1], "wrong_type"),
        ([True], "wrong_type"),
        (None, "wrong_type"),
    ],
)
def test_bad_label_has_its_code(value: object, code: str) -> None:
    with pytest.raises(RowInvalid) as refused:
        KIND.check_label(value, CLASSES)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"labels": ["a", "a"]}, "repeated_label"),
        ({"labels": ["a" * 201]}, "out_of_range"),
        ({"labels": "a"}, "wrong_type"),
        ({"labels": ["a"], "scores": [0.5, 0.5]}, "scores_length"),
        ({"labels": ["a"], "scores": [0.5, 0.5, 1.01]}, "scores_range"),
        ({"labels": ["a"], "scores": [0.5, 0.5, -0.01]}, "scores_range"),
        ({"labels": ["a"], "scores": [0.5, 0.5, float("nan")]}, "out_of_range"),
        ({"labels": ["a"], "scores": [0.5, 0.5, True]}, "boolean"),
        ({"labels": ["a"], "scores": []}, "wrong_type"),
        ({"labels": ["z"], "scores": [2, 2, 2]}, "scores_range"),
    ],
)
def test_bad_answer_has_its_code(row: dict[str, object], code: str) -> None:
    with pytest.raises(RowInvalid) as refused:
        SCHEMA.parse(row, CLASSES)
    assert refused.value.code == code
