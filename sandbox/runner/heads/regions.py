"""A class for each pixel of an image, as regions in COCO's run lengths.

The model gives ``logits`` (images, classes, height, width) of any resolution. They are resized to
the image as it is stored, bilinearly and between pixels' centres as torch's ``interpolate`` does
without ``align_corners``; the largest wins. Pixels of a class that the task doesn't have stay open.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..formats.base import LOGITS, PROBABILITIES, Array, Outputs, Purpose
from ..images import image_size, open_preprocessor
from ..items import Image
from ..job import Job
from ..labels import label_places
from ..predictions import answer_line
from .base import register

_NUMBERS_AT_ONCE = 1 << 22
"""Resized logits that are held at a time: 16 MB."""

Classes = NDArray[np.intp]
Steps = tuple[NDArray[np.intp], NDArray[np.intp], Array]


@register("regions")
class RegionsHead:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.SEGMENTER

    def predict(self, job: Job) -> Iterator[str]:
        items = job.items()
        preprocessor = open_preprocessor(job.model.folder, {})
        for batch in job.infer(items, (LOGITS, PROBABILITIES)):
            maps = _maps(batch.outputs)
            places = label_places(job.model.id2label, labels=job.task.labels, outputs=maps.shape[1])
            for index, one in zip(batch.indices, maps, strict=True):
                item = items[index]
                assert isinstance(item, Image)
                size = image_size(item.path)
                content, given = preprocessor.content_size(size), preprocessor.given_size(size)
                classes = largest(_unpadded(one, content, given), size)
                answer = {"size": list(size), "regions": regions(classes, places, job.task.labels)}
                yield answer_line(job.rows[index].id, answer)


def _maps(outputs: Outputs) -> Array:
    """(images, classes, height, width). Raises ``bad_model``."""
    found = outputs.first(LOGITS, PROBABILITIES)
    if found is None or found.ndim != 4:
        shape = "nothing" if found is None else f"{found.ndim} dimensions"
        raise RunnerError(
            Code.BAD_MODEL,
            f"The model gave {shape}; expected are 4: images, classes, height and width.",
        )
    return found


def _unpadded(scores: Array, content: tuple[int, int], given: tuple[int, int]) -> Array:
    """The part of the map that is image where a fixed size was filled up below and on the right."""
    height, width = (
        max(1, round(side * part / whole))
        for side, part, whole in zip(scores.shape[1:], content, given, strict=True)
    )
    return scores[:, :height, :width]


def largest(scores: Array, size: tuple[int, int]) -> Classes:
    """The class with the largest resized score for each pixel: ``size`` from (classes, h, w)."""
    height, width = size
    found = np.empty(size, dtype=np.intp)
    columns = _steps(scores.shape[2], width)
    rows = _steps(scores.shape[1], height)
    block = max(1, _NUMBERS_AT_ONCE // (len(scores) * max(width, scores.shape[2])))
    for start in range(0, height, block):
        part = tuple(each[start : start + block] for each in rows)
        tall = _between(scores, part, axis=1)
        found[start : start + block] = _between(tall, columns, axis=2).argmax(axis=0)
    return found


def _steps(old: int, new: int) -> Steps:
    """For each new place the old ones before and behind it, and the latter's weight."""
    at = np.maximum((np.arange(new) + 0.5) * (old / new) - 0.5, 0)
    before = np.minimum(at.astype(np.intp), old - 1)
    return before, np.minimum(before + 1, old - 1), (at - before).astype(np.float32)


def _between(scores: Array, steps: Sequence[Any], *, axis: int) -> Array:
    before, behind, weight = steps
    shape = [1, 1, 1]
    shape[axis] = -1
    weight = weight.reshape(shape)
    return np.asarray(
        scores.take(before, axis=axis) * (1 - weight) + scores.take(behind, axis=axis) * weight
    )


def regions(classes: Classes, places: Sequence[int], labels: Sequence[str]) -> list[dict[str, Any]]:
    """A region for each of the task's labels that some pixel has; ``places`` are theirs."""
    flat = classes.T.reshape(-1)  # column by column
    starts = np.concatenate([[0], np.flatnonzero(np.diff(flat)) + 1])
    ends = np.append(starts[1:], len(flat))
    own = flat[starts]
    return [
        {"label": label, "counts": _counts(starts[own == place], ends[own == place], len(flat))}
        for place, label in zip(places, labels, strict=True)
        if (own == place).any()
    ]


def _counts(starts: NDArray[np.intp], ends: NDArray[np.intp], pixels: int) -> list[int]:
    """Run lengths outside and inside in turn, from runs inside."""
    edges = np.stack([starts, ends], axis=1).reshape(-1)
    found: list[int] = np.diff(np.concatenate([[0], edges, [pixels]])).tolist()
    return found[:-1] if found[-1] == 0 else found
