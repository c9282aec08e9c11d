"""Rows of accepted answers, often with words in common, some of nothing but articles."""

from __future__ import annotations

from hypothesis import strategies as st

from competitions.kinds.shapes import Shape
from competitions.kinds.values import SpanAnswer

SHAPE = Shape.SPAN
CLASSES: tuple[str, ...] = ()
LABELS: list[tuple[str, ...]] = [("Denver Broncos", "the Broncos"), (), ("1932",)]

EMPTY = SpanAnswer("")


def perfect(label: tuple[str, ...]) -> SpanAnswer:
    """Give the first accepted answer, or none."""
    return SpanAnswer(label[0] if label else "", 1.0 - bool(label))


def wrong(label: tuple[str, ...]) -> SpanAnswer:
    """Give an answer that is never accepted."""
    return SpanAnswer("nothing of the sort", 0.5)


TEXTS = st.lists(st.sampled_from(["a", "The", "cat", "CAT.", "sat", "…", "-"]), max_size=5).map(
    " ".join
)
_LABELS = st.lists(TEXTS, max_size=3).map(tuple)
ROWS = st.tuples(_LABELS, st.builds(SpanAnswer, TEXTS, st.sampled_from([0.0, 0.5, 1.0])))
BARE_ROWS = st.tuples(_LABELS, st.builds(SpanAnswer, TEXTS))
