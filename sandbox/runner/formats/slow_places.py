"""Tokens with their places, by tokenizers that do not tell them: word by word.

Such tokenizers are few (ESM's is one). Words are parted at white space; a word that gives as many
tokens as it has letters gives one for each letter, any other word's tokens stand for the whole
word.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..errors import Code, RunnerError
from .base import Encoded, Places

_WORD = re.compile(r"\S+")


def encode_with_places(tokenizer: Any, texts: Sequence[tuple[str, ...]], limit: int) -> Encoded:
    """Single texts in at most ``limit`` tokens. Raises ``bad_tokenizer`` for pairs."""
    examples, truncated, places = [], [], []
    room = limit - tokenizer.num_special_tokens_to_add(pair=False)
    for text in texts:
        if len(text) != 1:
            raise RunnerError(
                Code.BAD_TOKENIZER, "The tokenizer tells no places, which this task needs."
            )
        pieces = list(_pieces(tokenizer, text[0]))
        kept = pieces[:room]
        ids, place = _with_special(tokenizer, kept)
        examples.append({"input_ids": np.asarray(ids, dtype=np.int32)})
        truncated.append(len(pieces) > room)
        places.append(place)
    return Encoded.of_tokens(examples, truncated, places)


def _pieces(tokenizer: Any, text: str) -> Iterator[tuple[int, int, int]]:
    """(token id, first character, the one behind the last) of each token."""
    for match in _WORD.finditer(text):
        ids = tokenizer.convert_tokens_to_ids(tokenizer.tokenize(match.group()))
        spelled = len(ids) == match.end() - match.start()
        for number, one in enumerate(ids):
            start = match.start() + number if spelled else match.start()
            yield one, start, start + 1 if spelled else match.end()


def _with_special(
    tokenizer: Any, pieces: Sequence[tuple[int, int, int]]
) -> tuple[list[int], Places]:
    ids = [one for one, _, _ in pieces]
    special = tokenizer.get_special_tokens_mask(ids)
    whole = tokenizer.build_inputs_with_special_tokens(ids)
    spans = iter(pieces)
    offsets = [(0, 0) if mark else next(spans)[1:] for mark in special]
    parts = [-1 if mark else 0 for mark in special]
    return whole, Places(np.asarray(offsets, dtype=np.int32), np.asarray(parts, dtype=np.int8))
