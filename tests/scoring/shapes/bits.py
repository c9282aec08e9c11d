"""Rows of sizes in bytes and costs in bits: whole ones and others, some beyond all bounds."""

from __future__ import annotations

from hypothesis import strategies as st

from competitions.kinds.shapes import Shape

SHAPE = Shape.BITS
CLASSES: tuple[str, ...] = ()
LABELS = [30.0, 1.0, 512.0]


def perfect(label: float) -> float:
    """Foretell the whole text."""
    return 0.0


def wrong(label: float) -> float:
    """Cost more than writing the text down."""
    return 9.5 * label


ROWS = st.tuples(
    st.integers(1, 300).map(float), st.integers(0, 60_000).map(lambda number: number / 7)
)
