"""Rows of numbers: small ones that tie, and larger ones with digits behind the point."""

from __future__ import annotations

from hypothesis import strategies as st

from competitions.kinds.shapes import Shape

SHAPE = Shape.NUMBER
CLASSES: tuple[str, ...] = ()
LABELS = [3.0, -1.5, 2.0, 2.0, 8.0, 0.25]

SMALL_NUMBERS = st.integers(-5, 5).map(float)
NUMBERS = SMALL_NUMBERS | st.integers(-(10**7), 10**7).map(lambda n: n / 1000)
ROWS = st.tuples(NUMBERS, NUMBERS)


def perfect(label: float) -> float:
    """Answer what is true."""
    return label


def wrong(label: float) -> float:
    """Turn the order around."""
    return -label
