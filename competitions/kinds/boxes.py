"""Boxes around objects: labels with the truth, answers with scores. Lengths are in pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from competitions.kinds.answers import MAX_LABEL_LENGTH
from competitions.kinds.base import AnswerSchema
from competitions.kinds.faults import RowInvalid, quoted
from competitions.kinds.fields import check_keys
from competitions.kinds.values import Boxes, BoxesAnswer

MAX_BOXES = 300
# Areas stay within 1e10, beyond which the COCO evaluation ignores a box.
MAX_COORDINATE = 1e5
# Boxes of annotation tools reach over the border by rounding.
BORDER_TOLERANCE = 1.0

Box = tuple[float, float, float, float]


def boxes_label(value: object, labels: Sequence[str]) -> Boxes:
    """Check ``{"boxes": [[x, y, width, height], …], "labels": […]}``; raises RowInvalid."""
    if not isinstance(value, dict):
        raise RowInvalid("wrong_type", "label must be an object of boxes and labels")
    check_keys(value, required=("boxes", "labels"))
    boxes = _parse_boxes(value["boxes"])
    names = _parse_names(value["labels"], boxes=len(boxes))
    for name in names:
        if name not in labels:
            raise RowInvalid(
                "unknown_label", f"label {quoted(name)} is not one of the task's labels"
            )
    return Boxes(boxes, names)


def check_boxes_inside(label: Boxes, size: tuple[int, int]) -> None:
    """Raise RowInvalid ``outside_image`` unless every box lies within (width, height)."""
    width, height = size
    for x, y, box_width, box_height in label.boxes:
        right, bottom = x + box_width - width, y + box_height - height
        if max(-x, -y, right, bottom) > BORDER_TOLERANCE:
            raise RowInvalid(
                "outside_image",
                f"the box [{x:g}, {y:g}, {box_width:g}, {box_height:g}] reaches beyond the image, "
                f"which is {width} wide and {height} high; boxes are x, y, width, height",
            )


def _parse_answer(row: Mapping[str, object], labels: Sequence[str]) -> BoxesAnswer:
    check_keys(row, required=("boxes", "labels", "scores"))
    boxes = _parse_boxes(row["boxes"])
    names = _parse_names(row["labels"], boxes=len(boxes))
    scores = _parse_scores(row["scores"], boxes=len(boxes))
    known = set(labels)
    found = [each for each in zip(boxes, names, scores, strict=True) if each[1] in known]
    return BoxesAnswer(
        boxes=tuple(box for box, _, _ in found),
        labels=tuple(name for _, name, _ in found),
        scores=tuple(score for _, _, score in found),
    )


def _parse_boxes(value: object) -> tuple[Box, ...]:
    if not isinstance(value, list) or not set(map(type, value)) <= {list}:
        raise RowInvalid("wrong_type", "boxes must be a list of [x, y, width, height]")
    if len(value) > MAX_BOXES:
        raise RowInvalid("too_many_boxes", f"there are more than {MAX_BOXES} boxes")
    if not set(map(len, value)) <= {4}:
        raise RowInvalid("wrong_type", "a box must have four numbers: x, y, width, height")
    _check_numbers(list(chain.from_iterable(value)), name="boxes")
    if any(width <= 0 or height <= 0 for _, _, width, height in value):
        raise RowInvalid("empty_box", "the width and height of a box must be above 0")
    return tuple((float(x), float(y), float(w), float(h)) for x, y, w, h in value)


def _parse_scores(value: object, *, boxes: int) -> tuple[float, ...]:
    if not isinstance(value, list):
        raise RowInvalid("wrong_type", "scores must be a list of numbers")
    _check_length(value, boxes=boxes, name="scores")
    _check_numbers(value, name="scores")
    if value and not (min(value) >= 0 and max(value) <= 1):
        raise RowInvalid("out_of_range", "scores must lie within 0 and 1")
    return tuple(map(float, value))


def _parse_names(value: object, *, boxes: int) -> tuple[str, ...]:
    if not isinstance(value, list) or not set(map(type, value)) <= {str}:
        raise RowInvalid("wrong_type", "labels must be a list of texts")
    _check_length(value, boxes=boxes, name="labels")
    if max(map(len, value), default=0) > MAX_LABEL_LENGTH:
        raise RowInvalid("out_of_range", f"a label has more than {MAX_LABEL_LENGTH} characters")
    return tuple(value)


def _check_length(value: Sequence[object], *, boxes: int, name: str) -> None:
    if len(value) != boxes:
        raise RowInvalid(
            "lengths_differ", f"there are {boxes} boxes and {len(value)} {name}; give one for each"
        )


def _check_numbers(value: Sequence[object], *, name: str) -> None:
    types = set(map(type, value))
    if bool in types:
        raise RowInvalid("boolean", f"{name} must hold numbers, not true or false")
    if not types <= {int, float}:
        raise RowInvalid("wrong_type", f"{name} must hold numbers only")
    if any(not -MAX_COORDINATE <= number <= MAX_COORDINATE for number in value):  # type: ignore[operator]
        raise RowInvalid("out_of_range", f"{name} has a number beyond ±{MAX_COORDINATE:.0e}")


BOXES_ANSWER = AnswerSchema(
    required={
        "boxes": f"found objects as [x, y, width, height] in pixels, at most {MAX_BOXES}",
        "labels": "the class of each box; boxes of other classes than the task's are left out",
        "scores": "how sure each box is, within 0 and 1",
    },
    optional={},
    parse=_parse_answer,
    row_bytes=49_152,
    class_bytes=0,
)
