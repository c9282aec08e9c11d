"""Rows of one class each; probabilities are few, so that they often tie."""

from __future__ import annotations

from hypothesis import strategies as st

from competitions.kinds.shapes import Shape
from competitions.kinds.values import ClassAnswer

SHAPE = Shape.CLASS
CLASSES = ("a", "b", "c", "d", "e", "f", "g")
LABELS = [*CLASSES, "a", "b", "b"]


def perfect(label: str) -> ClassAnswer:
    """Be sure of the true class."""
    return ClassAnswer(label, tuple(float(name == label) for name in CLASSES))


def wrong(label: str) -> ClassAnswer:
    """Be sure of another class."""
    return perfect(CLASSES[CLASSES.index(label) - 1])


# Shares of 8 that always add up to 1 without rounding.
PROBABILITIES = st.lists(
    st.integers(0, 8), min_size=len(CLASSES) - 1, max_size=len(CLASSES) - 1
).map(
    lambda cuts: tuple(
        (high - low) / 8 for low, high in zip([0, *sorted(cuts)], [*sorted(cuts), 8], strict=True)
    )
)
_CLASSES = st.sampled_from(CLASSES)
ROWS = st.tuples(_CLASSES, st.builds(ClassAnswer, _CLASSES, PROBABILITIES))
BARE_ROWS = st.tuples(_CLASSES, st.builds(ClassAnswer, _CLASSES))
