"""Objects in images: boxes in pixels of the image as it is stored, the surest first.

Models of the DETR kind give ``logits`` (images, queries, classes) and ``pred_boxes`` (images,
queries, 4) as centre, width and height relative to the image. Graphs may give ``boxes`` in pixels
of their input (or, with ``"relative_boxes": true``, as parts of the image) with ``scores`` and
``labels``; ``podium.json`` says by ``"boxes"`` whether four numbers are ``xywh`` (the default),
``xyxy`` or, as in TensorFlow's detectors, ``yxyx``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..formats.base import LOGITS, Array, Outputs, Purpose
from ..formats.signature import declared_wrong, read_declared
from ..images import Preprocessor, image_size, open_preprocessor
from ..items import Image, Item
from ..job import Job
from ..labels import label_places
from ..predictions import answer_line
from .base import register
from .classes import softmax

MOST_BOXES = 100
"""As many as the COCO evaluation looks at."""

_NAMES = (LOGITS, "pred_boxes", "boxes", "scores", "labels")
_DECLARED = ("boxes", "scores", "labels")
_FORMS = ("xywh", "xyxy", "yxyx")
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Found:
    """One image's objects: ``corners`` (objects, 4) as left, top, right, bottom in pixels;
    ``labels`` are places in the task's list, ``scores`` lie within 0 and 1."""

    corners: Numbers
    labels: NDArray[np.int64]
    scores: Numbers


@register("boxes")
class BoxesHead:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.DETECTOR

    def predict(self, job: Job) -> Iterator[str]:
        items = job.items()
        finder = _Finder(job)
        for batch in job.infer(items, _NAMES):
            for place, index in enumerate(batch.indices):
                found = finder.found(batch.outputs, place, items[index])
                yield answer_line(job.rows[index].id, answer_of(found, job.task.labels))


class _Finder:
    """What a model's outputs say of one image."""

    def __init__(self, job: Job) -> None:
        self._model = job.model
        self._labels = job.task.labels

    def found(self, outputs: Outputs, place: int, item: Item) -> Found:
        """Raises ``bad_model``, ``wrong_labels``."""
        assert isinstance(item, Image)
        size = image_size(item.path)
        known = self._declared if "boxes" in outputs.arrays else self._queried
        found = known(outputs, place, size)
        return inside(found, size)

    def _queried(self, outputs: Outputs, place: int, size: tuple[int, int]) -> Found:
        logits, boxes = (array[place] for array in outputs.every(LOGITS, "pred_boxes"))
        if logits.ndim != 2 or boxes.shape != (len(logits), 4):
            raise RunnerError(
                Code.BAD_MODEL,
                f"The model gave logits of the shape {logits.shape} and boxes of the shape "
                f"{boxes.shape} for an image; expected are (queries, classes) and (queries, 4).",
            )
        queries, labels, scores = self._scored(logits)
        height, width = size
        chosen = boxes[queries].astype(np.float64)
        centres, sides = chosen[:, :2], chosen[:, 2:]
        corners = np.concatenate([centres - sides / 2, centres + sides / 2], axis=1)
        return Found(corners * [width, height, width, height], labels, scores)

    def _scored(self, logits: Array) -> tuple[NDArray[np.int64], NDArray[np.int64], Numbers]:
        """Queries, labels and scores. With a last class for “no object” each query has one label,
        by softmax; without, any number, each by its own sigmoid."""
        classes = len(self._model.id2label or self._labels)
        if logits.shape[1] not in (classes, classes + 1):
            raise RunnerError(
                Code.WRONG_LABELS,
                f"The model scores {logits.shape[1]} classes; expected are {classes}, or "
                f"{classes + 1} with “no object” as the last.",
            )
        columns = label_places(self._model.id2label, labels=self._labels, outputs=classes)
        if logits.shape[1] > classes:
            chances = softmax(logits)[:, columns]
            labels = chances.argmax(axis=1)
            return np.arange(len(logits)), labels, chances[np.arange(len(logits)), labels]
        chances = 1 / (1 + np.exp(-np.clip(logits[:, columns].astype(np.float64), -500, 500)))
        queries, labels = np.divmod(np.arange(chances.size), max(1, len(columns)))
        return queries, labels, chances.reshape(-1)

    def _declared(self, outputs: Outputs, place: int, size: tuple[int, int]) -> Found:
        boxes, scores, labels = (
            array[place].astype(np.float64) for array in outputs.every(*_DECLARED)
        )
        if boxes.shape != (len(scores), 4) or scores.shape != labels.shape:
            raise RunnerError(
                Code.BAD_MODEL,
                f"The model gave boxes of the shape {boxes.shape}, scores of the shape "
                f"{scores.shape} and labels of the shape {labels.shape} for an image; expected "
                "are (boxes, 4), (boxes,) and (boxes,).",
            )
        if scores.size and not 0 <= scores.min() <= scores.max() <= 1:
            raise RunnerError(Code.BAD_MODEL, "The model's scores do not lie within 0 and 1.")
        given = (1, 1) if self._relative else self._preprocessor.content_size(size)
        scale = [size[1] / given[1], size[0] / given[0]] * 2
        places = self._places_of(labels)
        kept = (places >= 0) & (scores > 0)
        return Found((corners_of(boxes, self._form) * scale)[kept], places[kept], scores[kept])

    def _places_of(self, labels: Numbers) -> NDArray[np.int64]:
        """The task's place of each of the model's own labels, -1 for what is none of the task's."""
        names = self._model.id2label or dict(enumerate(self._labels))
        known = label_places(names, labels=self._labels, outputs=max(names) + 1)
        place_of = {own: place for place, own in enumerate(known)}
        return np.array([place_of.get(int(label), -1) for label in labels], dtype=np.int64)

    @cached_property
    def _form(self) -> Any:
        form = read_declared(self._model.folder).get("boxes", _FORMS[0])
        if form not in _FORMS:
            raise declared_wrong("boxes", f"must be one of {', '.join(_FORMS)}")
        return form

    @cached_property
    def _relative(self) -> bool:
        value = read_declared(self._model.folder).get("relative_boxes", False)
        if not isinstance(value, bool):
            raise declared_wrong("relative_boxes", "must be true or false")
        return value

    @cached_property
    def _preprocessor(self) -> Preprocessor:
        return open_preprocessor(self._model.folder, {})


def corners_of(boxes: Numbers, form: str) -> Numbers:
    """Left, top, right and bottom of boxes (objects, 4) of one of the forms."""
    if form == "yxyx":
        return boxes[:, [1, 0, 3, 2]]
    if form == "xyxy":
        return boxes
    return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1)


def inside(found: Found, size: tuple[int, int]) -> Found:
    """The surest boxes, cut to the image; those that lie outside are none."""
    height, width = size
    corners = np.clip(found.corners, 0, [width, height, width, height])
    kept = np.flatnonzero((corners[:, 2:] > corners[:, :2]).all(axis=1))
    best = kept[np.argsort(-found.scores[kept], kind="stable")][:MOST_BOXES]
    return Found(corners[best], found.labels[best], found.scores[best])


def answer_of(found: Found, labels: tuple[str, ...]) -> dict[str, Any]:
    starts, sides = found.corners[:, :2], found.corners[:, 2:] - found.corners[:, :2]
    return {
        "boxes": np.concatenate([starts, sides], axis=1).tolist(),
        "labels": [labels[place] for place in found.labels],
        "scores": found.scores.tolist(),
    }
