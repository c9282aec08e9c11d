"""Likeness of two texts: a head that reads both, or the cosine of their embeddings."""

from collections.abc import Callable, Iterator

import numpy as np

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..formats.base import LOGITS, Array, Purpose
from ..items import Texts
from ..job import Job
from ..pooling import unit_length
from ..predictions import answer_line
from .base import register
from .embedding import embeddings
from .number import one_output


@register("likeness")
class Likeness:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.CLASSIFIER if has_pair_head() else Purpose.ENCODER

    def predict(self, job: Job) -> Iterator[str]:
        return _by_head(job) if job.purpose is Purpose.CLASSIFIER else _by_cosine(job)


def _by_head(job: Job) -> Iterator[str]:
    for batch in job.infer(job.items(), (LOGITS,)):
        for index, score in zip(batch.indices, one_output(batch.outputs), strict=True):
            yield answer_line(job.rows[index].id, {"score": score})


def _by_cosine(job: Job) -> Iterator[str]:
    """A text whose embedding is all zeros has similarity 0 to every other.

    The lines follow texts and ids, so that the file does not depend on the order of the rows.
    """
    pairs = [tuple(str(row.input[name]) for name in job.task.reads) for row in job.rows]
    vectors: dict[int, Array] = {}
    for indices, batch in embeddings(job, [Texts((text,)) for pair in pairs for text in pair]):
        if batch.shape[1] < 2:
            raise RunnerError(
                Code.BAD_MODEL,
                "The model gave one number for each text, whose cosine says nothing. A head that "
                "reads both texts of a pair has its one label in podium.json, such as "
                "“labels” with “similarity”.",
            )
        vectors.update(zip(indices, unit_length(batch), strict=True))
    for number in sorted(range(len(pairs)), key=lambda each: (pairs[each], job.rows[each].id)):
        score = float(np.dot(vectors[2 * number], vectors[2 * number + 1]))
        yield answer_line(job.rows[number].id, {"score": score})
