"""Average precision of boxes against pycocotools, and what its callers trip over."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from competitions.kinds import get_kind
from competitions.kinds.values import Boxes, BoxesAnswer
from scoring.metrics import METRICS
from scoring.predictions import PredictionsInvalid, read_predictions
from tests.scoring.shapes.boxes import CLASSES, LABELS, ROWS, perfect

AP, AP_50 = METRICS["coco_ap"], METRICS["coco_ap_50"]
CAR = Boxes(((0.0, 0.0, 10.0, 10.0),), ("car",))
NOTHING = BoxesAnswer((), (), ())


def found(*boxes: tuple[float, ...], score: float = 0.5, name: str = "car") -> BoxesAnswer:
    return BoxesAnswer(boxes, (name,) * len(boxes), (score,) * len(boxes))


def reference(labels: list[Boxes], answers: list[BoxesAnswer]) -> tuple[float, float]:
    """Return AP and AP at .50 as COCO's own program computes them from its file formats."""
    categories = [{"id": number, "name": name} for number, name in enumerate(CLASSES, 1)]
    truth, results = [], []
    for image, (label, answer) in enumerate(zip(labels, answers, strict=True)):
        for box, name in zip(label.boxes, label.labels, strict=True):
            truth.append({"image_id": image, "name": name, "bbox": list(box), "iscrowd": 0})
        for box, name, score in zip(answer.boxes, answer.labels, answer.scores, strict=True):
            results.append({"image_id": image, "name": name, "bbox": list(box), "score": score})
    for each in (*truth, *results):
        each["category_id"] = CLASSES.index(each.pop("name")) + 1
    for number, each in enumerate(truth, 1):
        each |= {"id": number, "area": each["bbox"][2] * each["bbox"][3]}
    with contextlib.redirect_stdout(io.StringIO()):
        gold = COCO()
        gold.dataset = {
            "images": [{"id": image} for image in range(len(labels))],
            "annotations": truth,
            "categories": categories,
        }
        gold.createIndex()
        evaluator = COCOeval(gold, gold.loadRes(results), iouType="bbox")
        evaluator.evaluate()
        evaluator.accumulate()
        evaluator.summarize()
    return evaluator.stats[0], evaluator.stats[1]


def shifted(answer: BoxesAnswer, by: int) -> BoxesAnswer:
    """Make scores differ between images: where they tie, the program goes by the images' order."""
    return BoxesAnswer(answer.boxes, answer.labels, tuple(s / 2 + by / 100 for s in answer.scores))


@settings(max_examples=80, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=5))
def test_agrees_with_pycocotools(rows) -> None:
    labels = [label for label, _ in rows]
    answers = [shifted(answer, number) for number, (_, answer) in enumerate(rows)]
    if not any(label.boxes for label in labels) or not any(each.boxes for each in answers):
        return
    expected = reference(labels, answers)
    assert AP.value(labels, answers, classes=CLASSES) == pytest.approx(expected[0], abs=1e-9)
    assert AP_50.value(labels, answers, classes=CLASSES) == pytest.approx(expected[1], abs=1e-9)


def test_more_boxes_than_are_counted_agree_with_pycocotools() -> None:
    rng = np.random.default_rng(7)
    boxes = tuple((x, 0.0, 10.0, 10.0) for x in rng.uniform(0, 300, 250).tolist())
    answer = BoxesAnswer(boxes, ("car",) * 250, tuple(rng.uniform(0, 1, 250).tolist()))
    truth = Boxes(tuple((20.0 * n, 0.0, 10.0, 10.0) for n in range(15)), ("car",) * 15)
    expected = reference([truth], [answer])
    assert 0 < expected[0] < 1
    assert AP.value([truth], [answer], classes=CLASSES) == pytest.approx(expected[0], abs=1e-9)


def test_hundredth_box_counts_and_the_next_one_does_not() -> None:
    wrong = [(500.0, 500.0, 1.0, 1.0)] * 99
    hit = CAR.boxes[0]
    for boxes, expected in (([*wrong, hit], 0.01), ([*wrong, wrong[0], hit], 0)):
        falling = tuple(1 - n / 200 for n in range(len(boxes)))
        answer = BoxesAnswer(tuple(boxes), ("car",) * len(boxes), falling)
        assert AP.value([CAR], [answer], classes=CLASSES) == pytest.approx(expected, abs=1e-9)


def test_box_that_overlaps_by_half_counts_at_one_threshold_of_ten() -> None:
    """10 x 10 and 10 x 6 within it overlap by .6: right at .50, .55 and .60."""
    answer = [found((0.0, 0.0, 10.0, 6.0))]
    assert AP.value([CAR], answer, classes=CLASSES) == 0.3
    assert AP_50.value([CAR], answer, classes=CLASSES) == 1


def test_trap_an_empty_list_of_boxes_raises() -> None:
    with pytest.raises(IndexError):
        reference([CAR], [NOTHING])
    assert AP.value([CAR, CAR], [NOTHING, NOTHING], classes=CLASSES) == 0
    assert AP.value([CAR, Boxes((), ())], [perfect(CAR), NOTHING], classes=CLASSES) == 1


def test_trap_nan_score_gives_full_marks() -> None:
    """A wrong box with a NaN score hides behind right ones; such a file is refused."""
    line = '{"id": "r", "boxes": [[0, 0, 1, 1]], "labels": ["car"], "scores": [NaN]}\n'
    with pytest.raises(PredictionsInvalid, match="NaN is not a number"):
        _read(line)


def test_trap_unknown_image_fails_an_assertion() -> None:
    row = {"id": "stranger", "boxes": [], "labels": [], "scores": []}
    with pytest.raises(PredictionsInvalid, match="is not a row of this task"):
        _read(json.dumps(row) + "\n")


def _read(text: str) -> Any:
    return read_predictions(
        io.BytesIO(text.encode()),
        kind=get_kind("object_detection"),
        track="predict",
        expected_ids={"r"},
        labels=CLASSES,
        max_bytes=10_000,
    )


def test_trap_minus_one_means_no_ground_truth() -> None:
    """A class without a true box is left out; without any class the value is 0, not -1."""
    answer = BoxesAnswer((CAR.boxes[0], (5.0, 5.0, 9.0, 9.0)), ("car", "tree"), (0.5, 0.9))
    assert AP.value([CAR], [answer], classes=CLASSES) == 1
    assert AP.value([Boxes((), ())], [answer], classes=CLASSES) == 0


def test_boxes_of_equal_score_pool_alike_whatever_the_order_of_the_images() -> None:
    """The program pools them in the order of the images: a hit before a miss is worth more."""
    wrong = found((500.0, 500.0, 1.0, 1.0))
    images = [(CAR, found(CAR.boxes[0])), (CAR, wrong), (Boxes((), ()), found(CAR.boxes[0]))]
    values = {
        AP.value(*zip(*order, strict=True), classes=CLASSES)
        for order in itertools.permutations(images)
    }
    assert len(values) == 1
    in_order = {
        reference(*map(list, zip(*order, strict=True))) for order in itertools.permutations(images)
    }
    assert len(in_order) > 1


def test_first_true_box_is_not_taken_for_no_match() -> None:
    """The program takes a match with the annotation number 0 for none."""
    assert AP.value(LABELS, list(map(perfect, LABELS)), classes=CLASSES) == 1


def test_row_without_an_answer_is_as_bad_as_a_hundred_sure_wrong_boxes() -> None:
    wrong = found(*[(500.0, 500.0, 1.0, 1.0)] * 100, score=1.0)
    surest_first = AP.value([CAR, CAR], [wrong, shifted(perfect(CAR), 0)], classes=CLASSES)
    missing = AP.value([CAR, CAR], [None, shifted(perfect(CAR), 0)], classes=CLASSES)
    assert missing == surest_first
    assert 0 < missing < AP.value([CAR, CAR], [NOTHING, perfect(CAR)], classes=CLASSES)


def test_no_weight_but_a_whole_number_counts_an_image() -> None:
    with pytest.raises(ValueError, match="whole number"):
        AP.value([CAR], [NOTHING], classes=CLASSES, weights=np.array([0.5]))
    with pytest.raises(ValueError, match="no rows"):
        AP.value([CAR], [NOTHING], classes=CLASSES, weights=np.array([0.0]))


def test_label_of_another_class_raises() -> None:
    with pytest.raises(ValueError, match="classes"):
        AP.value([CAR], [NOTHING], classes=("person",))


def test_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    AP.value([CAR], [perfect(CAR)], classes=CLASSES)
    assert capsys.readouterr().out == ""
