"""Similarity of two texts: a head that reads both, or the cosine of their embeddings."""

from collections.abc import Callable, Iterator

import numpy as np

from ..formats.base import Head, Outputs, Texts
from ..job import Job
from ..pooling import unit_length
from ..predictions import score_line
from ..rows import Row
from .base import Purpose, register
from .text_regression import check_one_output


@register("sentence_similarity", "predict")
class SentenceSimilarity:
    fields = ("text_a", "text_b")

    def purpose(self, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.HEAD if has_pair_head() else Purpose.ENCODER

    def predict(self, job: Job) -> Iterator[str]:
        return _by_head(job) if isinstance(job.model, Head) else _by_cosine(job)


def _by_head(job: Job) -> Iterator[str]:
    head = job.head()
    check_one_output(head)
    for indices, scores in job.infer([row.texts for row in job.rows], head.logits):
        for index, score in zip(indices, scores[:, 0].tolist(), strict=True):
            yield score_line(job.rows[index].id, score)


def _order(row: Row) -> tuple[Texts, str]:
    return row.texts, row.id


def _by_cosine(job: Job) -> Iterator[str]:
    """A text whose embedding is all zeros has similarity 0 to every other.

    The lines follow texts and ids, so that the file does not depend on the order of the rows.
    """
    texts = [(text,) for row in job.rows for text in row.texts]
    embeddings: dict[int, Outputs] = {}
    for indices, batch in job.infer(texts, job.embed):
        embeddings.update(zip(indices, unit_length(batch), strict=True))
    for number in sorted(range(len(job.rows)), key=lambda number: _order(job.rows[number])):
        score = float(np.dot(embeddings[2 * number], embeddings[2 * number + 1]))
        yield score_line(job.rows[number].id, score)
