"""What texts cost a causal language model, in bits.

The first token is charged by what follows a beginning-of-text token, where the tokenizer gives
one, else log2 of the vocabulary's size. A model must not look ahead (``left_to_right``).
"""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from ..config import TaskConfig
from ..formats.base import Array, Purpose
from ..job import Job
from ..predictions import answer_line
from .base import register
from .left_to_right import check_left_to_right
from .text_bits import Charged, log2_probability, spelling_bits, stretches
from .token_batches import stretch_batches

CHECKED = 64
"""Stretches that are read again."""


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
    texts = [(one.example, one.tokens[1:].tolist()) for one in charged if len(one.tokens) > 2]
    check_left_to_right(job, texts, checked=CHECKED)
