"""A vector for each row: the probe track of every kind, and retrieval. What is made of the
vectors is decided outside the sandbox."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..formats.base import ITEM_VECTORS, TOKEN_VECTORS, Array, Outputs, Purpose
from ..items import Item
from ..job import Job
from ..pooling import Pooling, choose_pooling
from ..predictions import embedding_line
from .base import register

MAX_WIDTH = 8192
VECTORS = (*ITEM_VECTORS, *TOKEN_VECTORS)


def pooled(outputs: Outputs, pooling: Pooling) -> Array:
    """(items, width). Vectors of whole items are taken as they are, whatever the task's pooling;
    those of tokens and of places of an image are pooled. Raises ``bad_model``."""
    whole = outputs.first(*ITEM_VECTORS)
    parts = outputs.first(*TOKEN_VECTORS)
    found = whole if whole is not None else parts
    if found is None or not 2 <= found.ndim <= 4:
        raise RunnerError(Code.BAD_MODEL, "The model gave no vectors.")
    if found.ndim == 4:
        return np.asarray(found.mean(axis=(2, 3)), dtype=np.float32)
    if found.ndim == 2:
        return found
    mask = outputs.mask
    if mask is not None and found.shape[1] not in (1, mask.shape[1]):
        raise RunnerError(
            Code.BAD_MODEL,
            f"The model gave {found.shape[1]} vectors for {mask.shape[1]} tokens.",
        )
    ones = (found[:, :, 0] * 0 + 1) if mask is None else mask.astype(found.dtype)
    return pooling.join(pooling.parts(found, ones))


def embeddings(job: Job, items: Sequence[Item]) -> Iterator[tuple[list[int], Array]]:
    """Batches of (indices into ``items``, vectors). Raises ``bad_model``."""
    asked = job.task.pooling
    pooling = choose_pooling(job.model.summary if asked == "cls" else asked, job.model.folder)
    width: int | None = None
    for batch in job.infer(items, VECTORS):
        vectors = pooled(batch.outputs, pooling)
        _check_width(vectors.shape[1], width)
        width = vectors.shape[1]
        yield batch.indices, vectors


def _check_width(found: int, before: int | None) -> None:
    """``before`` is the width of the batches so far. Raises ``bad_model``."""
    if found > MAX_WIDTH:
        raise RunnerError(
            Code.BAD_MODEL, f"The embeddings have {found} numbers, {MAX_WIDTH} are allowed."
        )
    if before is not None and found != before:
        raise RunnerError(
            Code.BAD_MODEL,
            f"The embeddings have {found} numbers in one batch and {before} in another. Vectors of "
            "tokens are called last_hidden_state.",
        )


@register("embedding")
class Embedding:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.ENCODER

    def predict(self, job: Job) -> Iterator[str]:
        for indices, vectors in embeddings(job, job.items()):
            for index, vector in zip(indices, vectors.tolist(), strict=True):
                yield embedding_line(job.rows[index].id, vector)
