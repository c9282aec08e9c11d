"""Inputs that are lists of words, and sentences to try them on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from competitions.kinds.faults import RowInvalid, quoted
from competitions.kinds.fields import check_keys

MAX_WORDS = 5_000
MAX_WORD_LENGTH = 200

SENTENCES: tuple[tuple[str, ...], ...] = (
    ("Ada", "Lovelace", "met", "Charles", "Babbage", "in", "London", "."),
    ("No",),
    (".", "—", "…"),
    ("Die", "Kanzlerin", "sprach", "am", "Dienstag", "in", "Köln", "über", "Wärmepumpen", "."),
    ("東京", "で", "会議", "が", "あった", "。"),
    ("Congrats", "@sam", "🎉", "👩\u200d🚀", "#moon", "https://example.org"),
    ("to", "be", ",", "or", "not", "to", "be", ":", "that", "is", "the", "question", ",") * 40,
)


def words_input(value: object) -> dict[str, list[str]]:
    """Check ``{"words": [word, …]}``; raises RowInvalid."""
    if not isinstance(value, dict):
        raise RowInvalid("bad_input", "input must be an object")
    check_keys(value, required=("words",))
    words = checked_list(value["words"], name="input.words", code="bad_input")
    for number, word in enumerate(words, 1):
        check_word(word, name=f"word {number}")
    return {"words": words}


def checked_list(value: object, *, name: str, code: str) -> list[str]:
    """Return a list of 1 to ``MAX_WORDS`` texts; raises RowInvalid ``code``."""
    if not isinstance(value, list) or not set(map(type, value)) <= {str}:
        raise RowInvalid(code, f"{name} must be a list of texts")
    if not 1 <= len(value) <= MAX_WORDS:
        raise RowInvalid(code, f"{name} must have 1 to {MAX_WORDS} entries, it has {len(value)}")
    return value


def check_word(word: str, *, name: str) -> None:
    """Raise RowInvalid ``bad_word`` unless ``word`` is short and not blank."""
    if not word.strip():
        raise RowInvalid("bad_word", f"{name} is empty")
    if len(word) > MAX_WORD_LENGTH:
        raise RowInvalid(
            "bad_word", f"{name}, {quoted(word)}, has more than {MAX_WORD_LENGTH} characters"
        )


def number_of_words(row: Mapping[str, Any]) -> int:
    """Return how many words a row has."""
    return len(row["words"])
