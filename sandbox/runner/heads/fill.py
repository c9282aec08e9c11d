"""The words that stand in the gaps of a text, with the submission's own head."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..formats.base import Array, Features, Purpose
from ..items import Texts
from ..job import Job
from ..predictions import answer_line
from ..rows import Row
from .base import register

LONGEST = 200
"""Characters of a word; the platform takes none that is longer."""


def mask_of(job: Job) -> tuple[int, str]:
    """The token of a gap and how it is written. Raises ``bad_tokenizer`` where there is none."""
    text = job.model.text
    if text.mask_id is None or text.mask_text is None:
        raise RunnerError(Code.BAD_TOKENIZER, "The tokenizer has no mask token.")
    return text.mask_id, text.mask_text


@register("fill")
class Fill:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.FILL

    def predict(self, job: Job) -> Iterator[str]:
        """Each gap is one token; the likeliest token of the vocabulary that is no special one,
        in letters, is the word. A gap that was cut off stays empty."""
        mask_id, mask_text = mask_of(job)
        items = [Texts((_with_gaps(row, mask_text),)) for row in job.rows]
        encoded = job.encode(items)
        for indices in job.batches(encoded, items):
            batch = [encoded.examples[index] for index in indices]
            gaps = [_places(example, mask_id) for example in batch]
            scores = job.guarded(partial(job.model.scores_at, batch, gaps))
            for index, found in zip(indices, scores, strict=True):
                row = job.rows[index]
                words = _words(job, found)
                missing = len(row.input["masked"]) - len(words)
                yield answer_line(row.id, {"tokens": [*words, *[""] * missing]})


def _with_gaps(row: Row, mask_text: str) -> str:
    masked = set(row.input["masked"])
    words = enumerate(row.input["words"])
    return " ".join(mask_text if number in masked else str(word) for number, word in words)


def _places(example: Features, mask_id: int) -> Sequence[int]:
    return [int(place) for place in np.flatnonzero(example["input_ids"] == mask_id)]


def _words(job: Job, scores: Array) -> list[str]:
    if not np.isfinite(scores).all():
        raise RunnerError(
            Code.NON_FINITE_OUTPUT, "The model's output holds NaN or infinite numbers."
        )
    special = [one for one in job.model.text.special_ids if one < scores.shape[1]]
    kept = scores.copy()
    kept[:, special] = -np.inf
    return [job.model.text.decode([int(one)]).strip()[:LONGEST] for one in kept.argmax(axis=1)]
