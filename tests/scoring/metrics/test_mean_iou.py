"""Pixel metrics against scikit-learn over the flattened pixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, jaccard_score

from scoring.metrics import METRICS
from scoring.metrics.pixels import pixel_codes
from tests.scoring.shapes.regions import CLASSES, LABELS, NO_CLASS, ROWS, picture

IOU, ACCURACY = METRICS["mean_iou"], METRICS["pixel_accuracy"]
CODES = {name: code for code, name in enumerate(CLASSES)}


def flattened(rows) -> tuple[list[int], list[int]]:
    """Return true and answered classes of all pixels with a true class; -1 is none."""
    gold = np.concatenate([pixel_codes(label, CODES) for label, _ in rows])
    given = np.concatenate([pixel_codes(answer, CODES) for _, answer in rows])
    return gold[gold >= 0].tolist(), given[gold >= 0].tolist()


@given(st.lists(ROWS, min_size=1, max_size=4))
def test_agrees_with_scikit_learn_over_all_pixels(rows) -> None:
    labels, answers = zip(*rows, strict=True)
    gold, given = flattened(rows)
    expected = jaccard_score(
        gold, given, labels=sorted(set(gold)), average="macro", zero_division=0
    )
    assert IOU.value(labels, answers, classes=CLASSES) == pytest.approx(expected, abs=1e-9)
    right = accuracy_score(gold, given)
    assert ACCURACY.value(labels, answers, classes=CLASSES) == pytest.approx(right, abs=1e-9)


@given(ROWS)
def test_pixels_are_read_column_by_column(row) -> None:
    regions, _ = row
    canvas = np.full((regions.height, regions.width), -1)
    for region in regions.regions:
        inside = np.zeros(regions.height * regions.width, dtype=bool)
        at, value = 0, False
        for count in region.counts:
            inside[at : at + count] = value
            at, value = at + count, not value
        canvas[inside.reshape(canvas.shape, order="F")] = CODES[region.label]
    assert pixel_codes(regions, CODES).tolist() == canvas.flatten(order="F").tolist()


def test_trap_predicted_class_out_of_range_counts_as_wrong() -> None:
    label = picture(2, 2, ["leaf", "leaf", "ground", "ground"])
    stranger = picture(2, 2, ["leaf", "fish", "ground", "ground"])
    assert ACCURACY.value([label], [stranger], classes=CLASSES) == 0.75
    assert IOU.value([label], [stranger], classes=CLASSES) == 0.75


def test_pixel_left_open_is_wrong_and_pixel_without_a_true_class_does_not_count() -> None:
    label = picture(2, 2, ["leaf", "leaf", NO_CLASS, "ground"])
    answer = picture(2, 2, ["leaf", NO_CLASS, "leaf", "ground"])
    assert ACCURACY.value([label], [answer], classes=CLASSES) == pytest.approx(2 / 3)
    assert IOU.value([label], [answer], classes=CLASSES) == 0.75


def test_class_without_true_pixels_is_left_out_of_the_mean() -> None:
    label = picture(1, 4, ["leaf"] * 4)
    answer = picture(1, 4, ["leaf", "leaf", "sky", "ground"])
    assert IOU.value([label], [answer], classes=CLASSES) == 0.5


def test_images_are_pooled_so_that_each_counts_by_its_size() -> None:
    small, large = picture(1, 1, ["leaf"]), picture(3, 3, ["leaf"] * 9)
    wrong = picture(1, 1, ["sky"])
    assert ACCURACY.value([small, large], [wrong, large], classes=CLASSES) == 0.9
    assert IOU.value([small, large], [wrong, large], classes=CLASSES) == 0.9


@pytest.mark.parametrize("name", ["mean_iou", "pixel_accuracy"])
def test_answer_of_another_size_is_none(name: str) -> None:
    turned = picture(3, 2, ["ground", "leaf", "leaf", "sky", "sky", "leaf"])
    values = [
        METRICS[name].value(LABELS, [first, *LABELS[1:]], classes=CLASSES)
        for first in (turned, None)
    ]
    assert values[0] == values[1] < 1


def test_label_of_another_class_raises() -> None:
    with pytest.raises(ValueError, match="classes"):
        IOU.value(LABELS, LABELS, classes=("leaf", "sky"))


def test_millions_of_pixels_take_no_time_per_pixel() -> None:
    side = 2048
    label = picture(side, 1, ["leaf"] * side)
    tall = type(label)(side, side, (type(label.regions[0])("leaf", b"\0\0\0\0\0\0\x40\0"),))
    assert ACCURACY.value([tall], [tall], classes=CLASSES) == 1
