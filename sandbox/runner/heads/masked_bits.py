"""What texts cost a masked language model, in bits: each token by what all others say of it.

The pseudo-log-likelihood of Salazar et al. (2020): one token at a time is hidden. It is no
probability of the text, as every token sees those behind it; it compares masked models.
"""

import math
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from ..config import TaskConfig
from ..formats.base import Features, Purpose
from ..job import Job
from ..predictions import answer_line
from .base import register
from .fill import mask_of
from .text_bits import Charged, log2_probability, spelling_bits, stretches


@register("masked_bits")
class MaskedBits:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.FILL

    def predict(self, job: Job) -> Iterator[str]:
        mask, _ = mask_of(job)
        bits = [0.0] * len(job.rows)
        for one in stretches(job):
            bits[one.stretch.row] += _bits(job, one, mask) + spelling_bits(job, one)
        for row, total in zip(job.rows, bits, strict=True):
            yield answer_line(row.id, {"bits": total})


def _bits(job: Job, one: Charged, mask: int) -> float:
    ids = one.example["input_ids"]
    size = max(1, job.batch_tokens // max(1, len(ids)))
    spent = []
    for start in range(0, len(one.tokens), size):
        tokens = [int(token) for token in one.tokens[start : start + size]]
        batch = [_hidden(one.example, token, mask) for token in tokens]
        found = job.guarded(partial(job.model.scores_at, batch, [[token] for token in tokens]))
        spent += [
            -log2_probability(scores[0], int(ids[token]))
            for scores, token in zip(found, tokens, strict=True)
        ]
    return math.fsum(spent)


def _hidden(example: Features, token: int, mask: int) -> Features:
    ids = np.array(example["input_ids"])
    ids[token] = mask
    return {**example, "input_ids": ids}
