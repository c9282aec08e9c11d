"""Rows of missing words; answers may be short or long."""

from __future__ import annotations

from hypothesis import strategies as st

from competitions.kinds.shapes import Shape

SHAPE = Shape.WORDS
CLASSES: tuple[str, ...] = ()
Words = tuple[str, ...]
LABELS: list[Words] = [("capital", "France"), ("über",), ("東京", "the")]

EMPTY: Words = ()


def perfect(label: Words) -> Words:
    """Answer what is true."""
    return label


def wrong(label: Words) -> Words:
    """Answer one word that is never true."""
    return ("xyz",) * len(label)


_WORD = st.sampled_from(["the", "The", " the", "cat", "Über", "über", ""])
ROWS = st.tuples(
    st.lists(_WORD.filter(str.strip), min_size=1, max_size=4).map(tuple),
    st.lists(_WORD, max_size=5).map(tuple),
)
