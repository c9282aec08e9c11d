"""Whether a text follows another, with the submission's own head.

The first output means "is next", as in BERT.
"""

from collections.abc import Callable, Iterator

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..formats.base import LOGITS, PROBABILITIES, Purpose
from ..job import Job
from ..predictions import answer_line
from .base import register
from .classes import class_scores, probabilities


@register("next_sentence")
class NextSentence:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.NEXT_SENTENCE

    def predict(self, job: Job) -> Iterator[str]:
        for batch in job.infer(job.items(), (LOGITS, PROBABILITIES)):
            scores, ready = class_scores(batch.outputs)
            if scores.shape[1] != 2:
                raise RunnerError(
                    Code.WRONG_LABELS, f"The head has {scores.shape[1]} outputs, the task needs 2."
                )
            for index, row in zip(batch.indices, probabilities(scores, ready), strict=True):
                answer = {"is_next": bool(row[0] >= row[1]), "prob": float(row[0])}
                yield answer_line(job.rows[index].id, answer)
