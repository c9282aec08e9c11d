"""The items of a catalogue that come next, with the submission's own head."""

from collections.abc import Callable, Iterator

import numpy as np

from ..config import TaskConfig
from ..formats.base import LOGITS, PROBABILITIES, Purpose
from ..job import Job
from ..labels import label_order
from ..predictions import answer_line
from .base import register
from .classes import class_scores

MOST_ITEMS = 100


@register("items")
class RankedItems:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.CLASSIFIER

    def predict(self, job: Job) -> Iterator[str]:
        """The best items of the whole catalogue, the first of equals in the task's order; those of
        the history are left out where the task says so."""
        catalogue = job.task.labels
        excludes = job.task.settings.get("exclude_history") is True
        for batch in job.infer(job.items(), (LOGITS, PROBABILITIES)):
            scores, _ = class_scores(batch.outputs)
            columns = label_order(job.model.id2label, labels=catalogue, outputs=scores.shape[1])
            orders = np.argsort(-scores[:, columns], axis=1, kind="stable")
            for row, index in enumerate(batch.indices):
                known = set(job.rows[index].input.get("history", ())) if excludes else set()
                named = (catalogue[int(each)] for each in orders[row])
                items = [item for item in named if item not in known][:MOST_ITEMS]
                yield answer_line(job.rows[index].id, {"items": items})
