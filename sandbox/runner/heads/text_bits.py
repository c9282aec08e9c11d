"""What a text costs to encode by a language model's probabilities, in bits.

The texts are the inputs themselves, so this is measured by the platform's own code only. Every
token is charged -log2 of the probability that the model gave it. What the tokens do not spell
(unknown words, letters that were lowered or dropped) is charged 8 bits a byte, so that a coarse
vocabulary gains nothing by hiding what it can't say.
"""

import math
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from ..errors import Code, RunnerError
from ..formats.base import Array, Encoded, Features, Places
from ..items import Texts
from ..job import Job

BITS_A_BYTE = 8


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a row's text from the character ``start`` on. Tokens that end at ``paid`` or
    before were charged in the stretch before this one."""

    row: int
    start: int
    paid: int
    text: str


@dataclass(frozen=True, slots=True)
class Charged:
    """A stretch as tokens; ``tokens`` are those to be charged, ``text`` what they should spell."""

    stretch: Stretch
    example: Features
    tokens: NDArray[np.int64]
    text: str


def stretches(job: Job) -> list[Charged]:
    """Every text in as many stretches as it needs: each gives the next half of itself as context.

    Raises ``bad_tokenizer`` where a model can read too little for that.
    """
    name = job.task.reads[0]
    waiting = [Stretch(n, 0, 0, str(row.input[name])) for n, row in enumerate(job.rows)]
    done: list[Charged] = []
    while waiting:
        encoded = job.encode([Texts((each.text,)) for each in waiting], places=True)
        following = []
        for number, stretch in enumerate(waiting):
            places = _places(encoded, number)
            cut = encoded.truncated[number]
            done.append(_charged(stretch, encoded.examples[number], places, cut=cut))
            if cut:
                following.append(_following(stretch, places))
        waiting = following
    job.truncated_rows = 0
    return done


def _places(encoded: Encoded, number: int) -> Places:
    assert encoded.places is not None
    return encoded.places[number]


def _charged(stretch: Stretch, example: Features, places: Places, *, cut: bool) -> Charged:
    ends = places.offsets[:, 1]
    own = places.parts == 0
    read = int(ends[own].max(initial=0)) if cut else len(stretch.text)
    tokens = np.flatnonzero(own & (ends > stretch.paid))
    return Charged(stretch, example, tokens, stretch.text[stretch.paid : read])


def _following(stretch: Stretch, places: Places) -> Stretch:
    own = np.flatnonzero(places.parts == 0)
    if len(own) < 2:
        raise RunnerError(Code.BAD_TOKENIZER, "The model can't read two tokens of a text at once.")
    read = int(places.offsets[own[-1]][1])
    skip = int(places.offsets[own[len(own) // 2]][0])
    if skip <= 0 or read <= stretch.paid:
        raise RunnerError(Code.BAD_TOKENIZER, "The tokenizer makes no progress through a text.")
    return Stretch(stretch.row, stretch.start + skip, read - skip, stretch.text[skip:])


def log2_probability(scores: Array, token: int) -> float:
    """Of one token by the scores of the whole vocabulary. Raises ``non_finite_output``, and
    ``bad_model`` for scores of a smaller one."""
    if token >= len(scores):
        raise RunnerError(
            Code.BAD_MODEL,
            f"The tokenizer gives the token {token}, the model has scores for {len(scores)}.",
        )
    wide = scores.astype(np.float64)
    if not np.isfinite(wide).all():
        raise RunnerError(
            Code.NON_FINITE_OUTPUT, "The model's output holds NaN or infinite numbers."
        )
    top = wide.max()
    total = top + math.log(float(np.exp(wide - top).sum()))
    return float((float(wide[token]) - float(total)) / math.log(2))


def unspelled_bits(text: str, spelled: str) -> float:
    """8 bits for each byte of ``text`` that has no counterpart in ``spelled``, in order."""
    if text.strip() == spelled.strip():
        return 0.0
    matcher = SequenceMatcher(a=text, b=spelled, autojunk=False)
    lost = [
        text[start:end]
        for kind, start, end, _, _ in matcher.get_opcodes()
        if kind in ("replace", "delete")
    ]
    return float(BITS_A_BYTE * sum(len(part.encode("utf-8")) for part in lost))


def spelling_bits(job: Job, charged: Charged) -> float:
    """What the charged tokens do not spell of their text, in bits."""
    unknown = job.model.text.unknown_id
    ids = [int(one) for one in charged.example["input_ids"][charged.tokens]]
    spelled = job.model.text.decode([one for one in ids if one != unknown])
    return unspelled_bits(charged.text, spelled)
