"""Masked language modelling: the words that were taken out of a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from competitions.kinds.base import AnswerSchema, Examples, Family, Modality, TaskKind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.fields import check_keys
from competitions.kinds.shapes import Shape
from competitions.kinds.words import (
    MAX_WORD_LENGTH,
    MAX_WORDS,
    SENTENCES,
    check_word,
    checked_list,
)

GAP = ""

Words = tuple[str, ...]


def check_input(value: object) -> dict[str, Any]:
    """Check ``{"words": [word or "", …], "masked": [places of all the ""]}``; raises RowInvalid."""
    if not isinstance(value, dict):
        raise RowInvalid("bad_input", "input must be an object")
    check_keys(value, required=("words", "masked"))
    words = checked_list(value["words"], name="input.words", code="bad_input")
    masked = value["masked"]
    if not isinstance(masked, list) or not set(map(type, masked)) <= {int}:
        raise RowInvalid("bad_input", "input.masked must be a list of whole numbers")
    gaps = [place for place, word in enumerate(words) if word == GAP]
    if not gaps or masked != gaps:
        raise RowInvalid(
            "bad_input",
            'input.masked must list, in order and counted from 0, the words that are "", and '
            "there must be one",
        )
    for place, word in enumerate(words):
        if word != GAP:
            check_word(word, name=f"word {place + 1}")
    return {"words": words, "masked": masked}


def check_label(value: object, labels: Sequence[str]) -> Words:
    """Check the true words in the order of the gaps.

    Raises:
        RowInvalid: ``wrong_type`` or ``bad_word``.
    """
    words = checked_list(value, name="label", code="wrong_type")
    for number, word in enumerate(words, 1):
        check_word(word, name=f"true word {number}")
    return tuple(words)


def check_gaps(label: Words, gaps: int) -> None:
    """Raise RowInvalid ``lengths_differ`` unless there is one word for each gap."""
    if len(label) != gaps:
        raise RowInvalid("lengths_differ", f"the label has {len(label)} words for {gaps} gaps")


def _number_of_gaps(row: Mapping[str, Any]) -> int:
    return len(row["masked"])


def _parse_words(row: Mapping[str, object], labels: Sequence[str]) -> Words:
    check_keys(row, required=("tokens",))
    value = row["tokens"]
    if not isinstance(value, list) or set(map(type, value)) != {str}:
        raise RowInvalid("wrong_type", "tokens must be a list of texts, one for each gap")
    if len(value) > MAX_WORDS:
        raise RowInvalid("out_of_range", f"tokens has more than {MAX_WORDS} entries")
    if max(map(len, value)) > MAX_WORD_LENGTH:
        raise RowInvalid("out_of_range", f"a token has more than {MAX_WORD_LENGTH} characters")
    return tuple(value)


def _with_gaps(words: Sequence[str], every: int) -> dict[str, Any]:
    masked = list(range(every // 2, len(words), every)) or [0]
    return {
        "words": [GAP if place in masked else word for place, word in enumerate(words)],
        "masked": masked,
    }


KIND = TaskKind(
    slug="masked_language_modelling",
    title="Masked language modelling",
    description=(
        "Each row is a list of words, some of which were taken out: whole words, the same for "
        "every model. The answer is the model's first choice of one token for each gap, in their "
        "order. It is compared as text, so that a word is found only by models whose vocabulary "
        "has it whole; case makes no difference."
    ),
    family=Family.LANGUAGE,
    shape=Shape.WORDS,
    head="fill",
    modality=Modality.WORDS,
    reads=("words",),
    proposed_metric="fill_accuracy",
    check_input=check_input,
    check_label=check_label,
    answers={
        "predict": AnswerSchema(
            required={"tokens": "a word for each gap, in the order of the gaps"},
            optional={},
            parse=_parse_words,
            row_bytes=16_384,
            class_bytes=0,
        )
    },
    examples=Examples(
        input={
            "id": "r1",
            "input": {"words": ["Paris", "is", "the", "", "of", "", "."], "masked": [3, 5]},
        },
        label={"id": "r1", "label": ["capital", "France"]},
        answers={"predict": {"id": "r1", "tokens": ["capital", "Europe"]}},
    ),
    samples=tuple(_with_gaps(words, every=7) for words in SENTENCES),
    measure=_number_of_gaps,
    check_measure=check_gaps,
)
