"""A number, with the submission's own head: one output, taken as it is."""

from collections.abc import Callable, Iterator

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..formats.base import LOGITS, Outputs, Purpose
from ..job import Job
from ..predictions import answer_line
from .base import register
from .classes import class_scores


def one_output(outputs: Outputs) -> list[float]:
    """One number an item. Raises ``wrong_labels``."""
    scores, _ = class_scores(outputs)
    if scores.shape[1] != 1:
        raise RunnerError(
            Code.WRONG_LABELS, f"The head has {scores.shape[1]} outputs, the task needs 1."
        )
    return [float(value) for value in scores[:, 0]]


@register("number")
class Number:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.CLASSIFIER

    def predict(self, job: Job) -> Iterator[str]:
        for batch in job.infer(job.items(), (LOGITS,)):
            for index, value in zip(batch.indices, one_output(batch.outputs), strict=True):
                yield answer_line(job.rows[index].id, {"value": value})
