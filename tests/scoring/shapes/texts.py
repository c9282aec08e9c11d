"""Rows of references and written texts: few words, so that they often share some."""

from __future__ import annotations

from hypothesis import strategies as st

from competitions.kinds.shapes import Shape

SHAPE = Shape.TEXT
CLASSES: tuple[str, ...] = ()
LABELS: list[tuple[str, ...]] = [
    ("The quick brown fox jumps over the lazy dog.",),
    ("He was here at noon, alone.", "At noon he was here by himself."),
]

EMPTY = ""


def perfect(label: tuple[str, ...]) -> str:
    """Write the first reference."""
    return label[0]


def wrong(label: tuple[str, ...]) -> str:
    """Share no letter with any reference."""
    return "zzz 777"


WORDS = st.sampled_from(["the", "cat", "sat", "down", "so", "Katze", "猫", "!", "5,5"])
TEXTS = st.lists(WORDS, max_size=9).map(" ".join)
REFERENCES = st.lists(st.lists(WORDS, min_size=1, max_size=9).map(" ".join), min_size=1, max_size=3)
ROWS = st.tuples(REFERENCES.map(tuple), TEXTS)
