"""Any number of classes, with the submission's own head: each by its own sigmoid."""

from collections.abc import Callable, Iterator

import numpy as np

from ..config import TaskConfig
from ..formats.base import LOGITS, PROBABILITIES, Purpose
from ..job import Job
from ..labels import label_order
from ..predictions import answer_line
from .base import register
from .classes import class_scores

_THRESHOLD = 0.5


@register("class_sets")
class ClassSets:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.CLASSIFIER

    def predict(self, job: Job) -> Iterator[str]:
        labels = job.task.labels
        for batch in job.infer(job.items(), (LOGITS, PROBABILITIES)):
            scores, ready = class_scores(batch.outputs)
            columns = label_order(job.model.id2label, labels=labels, outputs=scores.shape[1])
            found = scores[:, columns].astype(np.float64)
            if not ready:
                found = 1 / (1 + np.exp(-np.clip(found, -500, 500)))
            for index, row in zip(batch.indices, found.tolist(), strict=True):
                chosen = [
                    name for name, score in zip(labels, row, strict=True) if score >= _THRESHOLD
                ]
                yield answer_line(job.rows[index].id, {"labels": chosen, "scores": row})
