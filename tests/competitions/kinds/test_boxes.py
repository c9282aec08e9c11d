"""Boxes of labels and answers."""

from __future__ import annotations

from typing import Any

import pytest

from competitions.kinds import get_kind
from competitions.kinds.boxes import boxes_label, check_boxes_inside
from competitions.kinds.faults import RowInvalid
from competitions.kinds.values import Boxes, BoxesAnswer

CLASSES = ("car", "person")
PARSE = get_kind("object_detection").answers["predict"].parse


def answer(**changes: Any) -> dict[str, Any]:
    return {"boxes": [[1, 2, 3, 4]], "labels": ["car"], "scores": [0.5], **changes}


def test_label_and_answer_become_immutable_values() -> None:
    label = boxes_label({"boxes": [[1, 2, 3, 4]], "labels": ["car"]}, CLASSES)
    assert label == Boxes(((1.0, 2.0, 3.0, 4.0),), ("car",))
    assert PARSE(answer(), CLASSES) == BoxesAnswer(label.boxes, ("car",), (0.5,))


def test_image_without_objects_is_a_label_and_an_answer() -> None:
    assert boxes_label({"boxes": [], "labels": []}, CLASSES) == Boxes((), ())
    assert PARSE({"boxes": [], "labels": [], "scores": []}, CLASSES) == BoxesAnswer((), (), ())


def test_boxes_of_classes_that_the_task_does_not_have_are_left_out_of_answers() -> None:
    row = {
        "boxes": [[1, 1, 1, 1], [2, 2, 2, 2]],
        "labels": ["cat", "car"],
        "scores": [0.9, 0.1],
    }
    assert PARSE(row, CLASSES) == BoxesAnswer(((2.0, 2.0, 2.0, 2.0),), ("car",), (0.1,))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"boxes": "none"}, "wrong_type"),
        ({"boxes": [1, 2, 3, 4]}, "wrong_type"),
        ({"boxes": [[1, 2, 3]]}, "wrong_type"),
        ({"boxes": [[1, 2, 3, "4"]]}, "wrong_type"),
        ({"boxes": [[1, 2, 3, True]]}, "boolean"),
        ({"boxes": [[1, 2, 0, 4]]}, "empty_box"),
        ({"boxes": [[1, 2, 3, -4]]}, "empty_box"),
        ({"boxes": [[1e6, 2, 3, 4]]}, "out_of_range"),
        ({"boxes": [[float("nan"), 2, 3, 4]]}, "out_of_range"),
        ({"boxes": [[1, 1, 1, 1]] * 301}, "too_many_boxes"),
        ({"labels": []}, "lengths_differ"),
        ({"labels": [1]}, "wrong_type"),
        ({"labels": ["x" * 201]}, "out_of_range"),
        ({"scores": []}, "lengths_differ"),
        ({"scores": 0.5}, "wrong_type"),
        ({"scores": [1.5]}, "out_of_range"),
        ({"scores": [-0.1]}, "out_of_range"),
        ({"scores": [float("nan")]}, "out_of_range"),
        ({"scores": [True]}, "boolean"),
        ({"masks": []}, "unknown_key"),
    ],
)
def test_malformed_answer_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(RowInvalid) as fault:
        PARSE(answer(**changes), CLASSES)
    assert fault.value.code == code


def test_answer_of_the_most_boxes_is_taken() -> None:
    row = answer(boxes=[[1, 1, 1, 1]] * 300, labels=["car"] * 300, scores=[1] * 300)
    assert len(PARSE(row, CLASSES).boxes) == 300


def test_label_of_a_class_that_the_task_does_not_have_is_refused() -> None:
    with pytest.raises(RowInvalid, match='"cat" is not one of'):
        boxes_label({"boxes": [[1, 2, 3, 4]], "labels": ["cat"]}, CLASSES)


def test_box_may_touch_the_border_and_reach_a_pixel_beyond() -> None:
    check_boxes_inside(Boxes(((0.0, 0.0, 20.0, 10.0), (-1.0, -1.0, 22.0, 12.0)), CLASSES), (20, 10))


@pytest.mark.parametrize(
    "box", [(0.0, 0.0, 10.0, 20.0), (-2.0, 0.0, 5.0, 5.0), (0.0, -2.0, 5.0, 5.0), (19.0, 0, 3, 1)]
)
def test_box_outside_the_image_is_named_with_the_size(box: Any) -> None:
    with pytest.raises(RowInvalid, match="which is 20 wide and 10 high"):
        check_boxes_inside(Boxes((box,), ("car",)), (20, 10))
