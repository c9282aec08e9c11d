"""What texts cost a causal language model, in bits.

The first token is charged by what follows a beginning-of-text token, where the tokenizer gives
one, else log2 of the vocabulary's size. A model must not look ahead: some architectures read in
both directions unless they are told otherwise, and a graph can be made to. So parts of the texts
are read again without what follows, and the same probabilities must come out.
"""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..formats.base import Array, Features, Purpose
from ..job import Job
from ..predictions import answer_line
from .base import register
from .text_bits import Charged, log2_probability, spelling_bits, stretches
from .token_batches import stretch_batches

CHECKED = 64
"""Stretches that are read again. Which ones nobody can know before."""

_TOLERANCE = {"float32": 1e-3, "bfloat16": 0.1}


@register("causal_bits")
class CausalBits:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.CAUSAL

    def predict(self, job: Job) -> Iterator[str]:
        charged = stretches(job)
        check_causal(job, charged)
        bits = [0.0] * len(job.rows)
        for indices in stretch_batches(job, charged):
            found = _scores(job, [charged[index] for index in indices])
            for index, scores in zip(indices, found, strict=True):
                one = charged[index]
                bits[one.stretch.row] += _bits(one, scores) + spelling_bits(job, one)
        for row, total in zip(job.rows, bits, strict=True):
            yield answer_line(row.id, {"bits": total})


def _before(one: Charged) -> list[int]:
    """The places whose scores are about the charged tokens. The first token has none before it;
    a stretch of that alone is asked at its place for the size of the vocabulary."""
    return [int(token) - 1 for token in one.tokens if token > 0] or [0]


def _scores(job: Job, charged: Sequence[Charged]) -> list[Array]:
    batch = [one.example for one in charged]
    return job.guarded(partial(job.model.scores_at, batch, [_before(one) for one in charged]))


def _bits(one: Charged, scores: Array) -> float:
    tokens = [int(token) for token in one.tokens]
    ids = one.example["input_ids"]
    later = [token for token in tokens if token > 0]
    spent = -math.fsum(
        log2_probability(row, int(ids[token])) for row, token in zip(scores, later, strict=False)
    )
    if tokens and tokens[0] == 0:
        spent += math.log2(scores.shape[1])
    return spent


def check_causal(job: Job, charged: Sequence[Charged]) -> None:
    """Raises ``not_causal`` where a token's probability depends on what comes after it."""
    draw = random.SystemRandom()
    able = [one for one in charged if len(one.tokens) > 2]
    for one in draw.sample(able, min(CHECKED, len(able))):
        # The token at the cut is read without itself and all that follows.
        cut = int(draw.choice(one.tokens[1:].tolist()))
        place = cut - 1
        if place < 0:
            continue
        whole, part = (
            job.guarded(partial(job.model.scores_at, [example], [[place]]))[0][0]
            for example in (one.example, _prefix(one.example, cut))
        )
        if _apart(whole, part) > _TOLERANCE.get(job.model.dtype, _TOLERANCE["bfloat16"]):
            raise RunnerError(
                Code.NOT_CAUSAL,
                "The model looks ahead: a token's probability changed with the text after it. "
                "Bits per byte are for models that read from left to right only.",
            )


def _apart(whole: Array, part: Array) -> float:
    """The largest difference of two rows of scores, as a share of their spread."""
    spread = float(part.std())
    return float(np.abs(whole - part).max()) / spread if spread > 0 else 0.0


def _prefix(example: Features, length: int) -> Features:
    return {name: np.asarray(values[:length]) for name, values in example.items()}
