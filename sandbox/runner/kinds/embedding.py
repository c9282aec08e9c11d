"""The probe track: an embedding for each row; the probe itself is fitted outside the sandbox."""

from collections.abc import Callable, Iterator

from ..errors import Code, RunnerError
from ..job import Job
from ..predictions import embedding_line
from .base import Purpose, register

MAX_WIDTH = 8192


@register("text_classification", "probe")
@register("text_regression", "probe")
class Embedding:
    fields = ("text",)

    def purpose(self, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.ENCODER

    def predict(self, job: Job) -> Iterator[str]:
        for indices, embeddings in job.infer([row.texts for row in job.rows], job.embed):
            if embeddings.shape[1] > MAX_WIDTH:
                raise RunnerError(
                    Code.BAD_MODEL,
                    f"The embeddings have {embeddings.shape[1]} numbers, {MAX_WIDTH} are allowed.",
                )
            for index, embedding in zip(indices, embeddings.tolist(), strict=True):
                yield embedding_line(job.rows[index].id, embedding)
