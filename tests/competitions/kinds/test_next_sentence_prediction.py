"""Next sentences: true and false are two classes."""

from __future__ import annotations

import pytest

from competitions.kinds import get_kind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.values import ClassAnswer

KIND = get_kind("next_sentence_prediction")
SCHEMA = KIND.answers["predict"]


def test_true_and_false_are_the_kind_s_own_classes() -> None:
    assert KIND.classes(()) == ("is_next", "not_next")
    assert KIND.check_label(True, ()) == "is_next"
    assert KIND.check_label(False, ()) == "not_next"


def test_probability_is_that_of_the_first_class() -> None:
    assert SCHEMA.parse({"is_next": False, "prob": 0.25}, KIND.classes(())) == ClassAnswer(
        "not_next", (0.25, 0.75)
    )
    assert SCHEMA.parse({"is_next": True}, KIND.classes(())) == ClassAnswer("is_next")


def test_metric_that_needs_probabilities_is_content_with_one() -> None:
    assert SCHEMA.lacks({"is_next": True, "prob": 0.5}, ("probs",)) == ""
    assert SCHEMA.lacks({"is_next": True}, ("probs",)) == "prob"


@pytest.mark.parametrize("label", [1, 0, "true", "is_next", None, []])
def test_label_is_true_or_false(label: object) -> None:
    with pytest.raises(RowInvalid, match="must be true or false"):
        KIND.check_label(label, ())


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"is_next": 1}, "wrong_type"),
        ({"is_next": "true"}, "wrong_type"),
        ({"is_next": True, "prob": 1.5}, "out_of_range"),
        ({"is_next": True, "prob": -0.5}, "out_of_range"),
        ({"is_next": True, "prob": True}, "boolean"),
        ({"is_next": True, "prob": float("nan")}, "out_of_range"),
    ],
)
def test_bad_answer_has_its_code(row: dict[str, object], code: str) -> None:
    with pytest.raises(RowInvalid) as refused:
        SCHEMA.parse(row, ())
    assert refused.value.code == code
