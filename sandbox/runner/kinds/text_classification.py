"""Text classification with the submission's own head."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from ..formats.base import Outputs
from ..job import Job
from ..labels import label_order
from ..predictions import class_line
from .base import Purpose, register


def softmax(logits: Outputs) -> NDArray[np.float64]:
    """Row by row, in float64; the largest logit is taken off first so that nothing overflows."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


@register("text_classification", "predict")
class TextClassification:
    fields = ("text",)

    def purpose(self, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.HEAD

    def predict(self, job: Job) -> Iterator[str]:
        """The most probable label (the first of equals) and all probabilities."""
        head, labels = job.head(), job.task.labels
        columns = label_order(head.id2label, labels=labels, outputs=head.outputs)
        for indices, logits in job.infer([row.texts for row in job.rows], head.logits):
            for index, probs in zip(indices, softmax(logits[:, columns]), strict=True):
                yield class_line(job.rows[index].id, labels[int(probs.argmax())], probs.tolist())
