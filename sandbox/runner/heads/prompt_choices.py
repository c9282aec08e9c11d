"""How likely a model finds each of some answers to each prompt.

One that reads from left to right reads prompt and answer as one text. One with an encoder and a
decoder reads the prompt in the encoder, and the answer, as a text of its own, in the decoder. In
both the tokens of the answer count, each given all before it, and no end of the text.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..errors import Code, RunnerError
from ..formats.base import Array, Encoded
from ..items import Texts
from ..job import Job
from .left_to_right import check_left_to_right
from .prompt_texts import Prompts, fitted
from .text_bits import log2_probability

CHECKED = 8
"""Texts that are read again without what follows an answer."""


@dataclass(frozen=True, slots=True)
class Likelihoods:
    """``bits`` (rows, answers): log2 of the probability of each answer, a sum over its tokens;
    ``tokens`` (rows, answers): their number."""

    bits: NDArray[np.float64]
    tokens: NDArray[np.float64]


def likelihoods(job: Job, prompts: Prompts, answers: Sequence[str]) -> Likelihoods:
    """Raises ``bad_tokenizer``, ``not_causal``, ``non_finite_output`` and what the model raises."""
    found = (_apart if job.model.answers_apart else _joined)(job, prompts, answers)
    if not found.tokens.all():
        raise RunnerError(Code.BAD_TOKENIZER, "The tokenizer gives a choice no token of its own.")
    if not np.isfinite(found.bits).all():
        raise RunnerError(
            Code.NON_FINITE_OUTPUT, "The model's output holds NaN or infinite numbers."
        )
    return found


def _none(rows: int, answers: int) -> Likelihoods:
    return Likelihoods(np.zeros((rows, answers)), np.zeros((rows, answers)))


def _apart(job: Job, prompts: Prompts, answers: Sequence[str]) -> Likelihoods:
    items = [Texts((text.rstrip(),)) for text in fitted(job, prompts, answers=("",), room=0)]
    cut = job.truncated_rows
    encoded = job.encode(items)
    found = _none(len(items), len(answers))
    written = [answer.strip() for answer in answers]
    for indices in job.batches(encoded, items):
        batch = [encoded.examples[each] for each in indices]
        for number, bits in enumerate(job.guarded(partial(job.model.answer_bits, batch, written))):
            found.bits[indices, number] = bits.sum(axis=1)
            found.tokens[indices, number] = bits.shape[1]
    job.truncated_rows = cut
    return found


def _joined(job: Job, prompts: Prompts, answers: Sequence[str]) -> Likelihoods:
    asked = list(fitted(job, prompts, answers=answers, room=0))
    cut = job.truncated_rows
    items = [Texts((text + answer,)) for text in asked for answer in answers]
    encoded = job.encode(items, places=True)
    tokens = [
        _answer_tokens(encoded, number, len(asked[number // len(answers)]))
        for number in range(len(items))
    ]
    check_left_to_right(job, list(zip(encoded.examples, tokens, strict=True)), checked=CHECKED)
    found = _none(len(asked), len(answers))
    for indices in job.batches(encoded, items):
        batch = [encoded.examples[each] for each in indices]
        places = [[max(0, token - 1) for token in tokens[each]] for each in indices]
        scores = job.guarded(partial(job.model.scores_at, batch, places))
        for index, rows in zip(indices, scores, strict=True):
            at = divmod(index, len(answers))
            found.bits[at] = _bits(encoded.examples[index]["input_ids"], tokens[index], rows)
            found.tokens[at] = len(tokens[index])
    job.truncated_rows = cut
    return found


def _answer_tokens(encoded: Encoded, index: int, start: int) -> list[int]:
    """The tokens that spell the answer: those that end behind the prompt."""
    assert encoded.places is not None
    places = encoded.places[index]
    found = np.flatnonzero((places.parts == 0) & (places.offsets[:, 1] > start))
    return [int(token) for token in found]


def _bits(ids: Array, tokens: Sequence[int], scores: Array) -> float:
    """The log2-likelihood of the tokens; a text's very first token has nothing before it."""
    return math.fsum(
        log2_probability(row, int(ids[token]))
        for row, token in zip(scores, tokens, strict=True)
        if token > 0
    )
