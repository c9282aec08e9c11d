"""One class of several, with the submission's own head."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..formats.base import LOGITS, PROBABILITIES, Array, Outputs, Purpose
from ..job import Job
from ..labels import label_order
from ..predictions import answer_line
from .base import register

_TOLERANCE = 1e-3


def softmax(logits: Array) -> NDArray[np.float64]:
    """Over the last axis, in float64; the largest logit is taken off first so that nothing
    overflows."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    powers = np.exp(shifted)
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def class_scores(outputs: Outputs) -> tuple[Array, bool]:
    """(items, classes) and whether they are probabilities already. Raises ``bad_model``."""
    logits = outputs.first(LOGITS)
    found = logits if logits is not None else outputs.first(PROBABILITIES)
    if found is None or found.ndim != 2:
        shape = "nothing" if found is None else f"{found.ndim} dimensions"
        raise RunnerError(Code.BAD_MODEL, f"The head gave {shape}; expected are 2 dimensions.")
    return found, logits is None


def probabilities(scores: Array, ready: bool) -> NDArray[np.float64]:
    """Of each class: (items, classes). Raises ``bad_model`` for some that are none."""
    if not ready:
        return softmax(scores)
    totals = scores.astype(np.float64).sum(axis=1, keepdims=True)
    if scores.min(initial=0) < 0 or np.abs(totals - 1).max(initial=0) > _TOLERANCE:
        raise RunnerError(Code.BAD_MODEL, "The model's probabilities do not sum to 1.")
    return np.asarray(scores / totals)


@register("classes")
class Classes:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.CLASSIFIER

    def predict(self, job: Job) -> Iterator[str]:
        """The most probable class (the first of equals) and all probabilities."""
        labels = job.task.labels
        for batch in job.infer(job.items(), (LOGITS, PROBABILITIES)):
            scores, ready = class_scores(batch.outputs)
            columns = label_order(job.model.id2label, labels=labels, outputs=scores.shape[1])
            found = probabilities(scores[:, columns], ready)
            for index, probs in zip(batch.indices, found, strict=True):
                answer = {"label": labels[int(probs.argmax())], "probs": probs.tolist()}
                yield answer_line(job.rows[index].id, answer)
