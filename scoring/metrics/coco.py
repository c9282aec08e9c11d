"""Average precision of detected boxes by pycocotools, in memory.

``COCOeval`` compares each image on its own (``iouType="bbox"``, at most 100 boxes of each class in
an image, all sizes) and then pools the boxes of all images, the best score first. What its callers
usually trip over is met here: annotations are numbered from 1, since a match with number 0 reads as
none; images without boxes are images like others; classes without a true box have no value (-1
there) and are left out of the mean; where no class has one, the value is 0.

Boxes of equal score are pooled in the order of the images. Rows are therefore sorted by their
content first, so that the order in which they come changes nothing. Values are rounded to 12
decimals: precision is divided by a hair more than the number of boxes, so that a perfect answer
would end with 0.9999999999999998.

Missing never helps: a row without an answer counts as if it had named, for each class, as many
wrong boxes as are counted, all surer than any other box. At every recall no completion of the row
has a lower precision. An empty list of boxes is an answer, and no such loss.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from typing import Any

import numpy as np

from competitions.kinds.metric_facts import MetricFacts
from competitions.kinds.values import Boxes, BoxesAnswer
from scoring.metrics.base import Floats, Given, Gold, Metric, check_rows

MOST_BOXES = 100
_DECIMALS = 12
# No box of an answer is as sure.
_SUREST = 2.0

Evaluated = list[dict[str, Any] | None]
"""What one image came to, for each class; None where it has no box at all."""


class AveragePrecision(Metric):
    """The mean over classes and over ``thresholds`` of overlap; not a function of sums."""

    def __init__(self, facts: MetricFacts, *, thresholds: Sequence[float] | None = None) -> None:
        self.facts = facts
        self._thresholds = thresholds

    def value(
        self,
        labels: Gold,
        predictions: Given,
        *,
        classes: Sequence[str] = (),
        weights: Floats | None = None,
    ) -> float:
        weights = np.ones(len(labels)) if weights is None else weights
        return self.under_weights(labels, predictions, classes=classes)(weights)

    def under_weights(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Callable[[Floats], float]:
        """Compare each image once. Classes without a true box in what is counted drop out."""
        check_rows(labels, predictions)
        order = sorted(range(len(labels)), key=lambda at: _content(labels[at], predictions[at]))
        numbers = _class_numbers(labels, classes)
        with redirect_stdout(None):  # it tells its progress
            images = [self._evaluated(labels[at], predictions[at], numbers) for at in order]

        def value(weights: Floats) -> float:
            times = _whole(weights)
            if not any(times):
                raise ValueError("no rows")
            if not numbers:
                return 0.0
            counted = [
                image for image, at in zip(images, order, strict=True) for _ in range(times[at])
            ]
            with redirect_stdout(None):
                return self.clamped(self._pooled(counted, classes=len(numbers)))

        return value

    def _evaluator(self, numbers: Sequence[int]) -> Any:
        from pycocotools.cocoeval import COCOeval

        evaluator = COCOeval(iouType="bbox")
        evaluator.params.catIds = list(numbers)
        evaluator.params.maxDets = [MOST_BOXES]
        evaluator.params.areaRng = evaluator.params.areaRng[:1]
        if self._thresholds is not None:
            evaluator.params.iouThrs = np.array(self._thresholds)
        return evaluator

    def _evaluated(
        self, label: Boxes, answer: BoxesAnswer | None, numbers: Mapping[str, int]
    ) -> Evaluated:
        evaluator = self._evaluator(list(numbers.values()))
        if answer is None:
            thresholds = len(evaluator.params.iouThrs)
            return [_worst(label.labels.count(name), thresholds) for name in numbers]
        evaluator.params.imgIds = [1]
        evaluator.cocoGt = _annotated(_true_boxes(label), numbers)
        evaluator.cocoDt = _annotated(_found_boxes(answer), numbers)
        evaluator.evaluate()
        images: Evaluated = evaluator.evalImgs
        return images

    def _pooled(self, images: Sequence[Evaluated], *, classes: int) -> float:
        evaluator = self._evaluator(range(1, classes + 1))
        evaluator.params.imgIds = list(range(len(images)))
        evaluator.evalImgs = [image[number] for number in range(classes) for image in images]
        evaluator._paramsEval = evaluator.params
        evaluator.accumulate()
        precision = evaluator.eval["precision"]
        known = precision[precision > -1].tolist()
        return round(math.fsum(known) / len(known), _DECIMALS) if known else 0.0


def _whole(weights: Floats) -> list[int]:
    if not np.array_equal(weights, np.floor(weights)):
        raise ValueError("an image counts a whole number of times")
    return [int(weight) for weight in weights.tolist()]


def _content(label: Boxes, answer: BoxesAnswer | None) -> tuple[Any, ...]:
    of_answer = () if answer is None else (answer.scores, answer.boxes, answer.labels)
    return label.boxes, label.labels, of_answer


def _class_numbers(labels: Sequence[Boxes], classes: Sequence[str]) -> dict[str, int]:
    """Number the classes that have a true box from 1; raises ValueError for another class."""
    present = {name for label in labels for name in label.labels}
    if not present <= set(classes):
        raise ValueError("a label is not one of the task's classes")
    return {name: number for number, name in enumerate(filter(present.__contains__, classes), 1)}


def _true_boxes(label: Boxes) -> Iterator[dict[str, Any]]:
    for box, name in zip(label.boxes, label.labels, strict=True):
        yield {"bbox": list(box), "name": name, "iscrowd": 0}


def _found_boxes(answer: BoxesAnswer) -> Iterator[dict[str, Any]]:
    for box, name, score in zip(answer.boxes, answer.labels, answer.scores, strict=True):
        yield {"bbox": list(box), "name": name, "score": score}


def _worst(true_boxes: int, thresholds: int) -> dict[str, Any]:
    """Return what an image comes to in one class whose surest boxes all match nothing."""
    nothing = np.zeros((thresholds, MOST_BOXES))
    return {
        "dtScores": [_SUREST] * MOST_BOXES,
        "dtMatches": nothing,
        "dtIgnore": nothing,
        "gtIgnore": np.zeros(true_boxes),
    }


def _annotated(boxes: Iterator[dict[str, Any]], numbers: Mapping[str, int]) -> Any:
    """Return the boxes of one image as a COCO object; other classes than ``numbers`` drop out."""
    from pycocotools.coco import COCO

    coco = COCO()
    of_classes = (box for box in boxes if box["name"] in numbers)
    for number, box in enumerate(of_classes, 1):
        coco.anns[number] = {
            **box,
            "id": number,
            "image_id": 1,
            "category_id": numbers[box["name"]],
            "area": box["bbox"][2] * box["bbox"][3],
        }
    coco.imgToAnns = defaultdict(list, {1: list(coco.anns.values())})
    return coco
