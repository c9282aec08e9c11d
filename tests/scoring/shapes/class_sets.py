"""Rows of sets of classes, some empty; scores are few, so that they often tie."""

from __future__ import annotations

from hypothesis import strategies as st

from competitions.kinds.shapes import Shape
from competitions.kinds.values import ClassSetAnswer

SHAPE = Shape.CLASS_SET
CLASSES = ("a", "b", "c", "d")
LABELS: list[tuple[str, ...]] = [("a",), ("b", "c"), (), ("a", "d"), CLASSES]

EMPTY = ClassSetAnswer((), (0.0,) * len(CLASSES))


def perfect(label: tuple[str, ...]) -> ClassSetAnswer:
    """Name the true classes, and be sure of them."""
    return ClassSetAnswer(label, tuple(float(name in label) for name in CLASSES))


def wrong(label: tuple[str, ...]) -> ClassSetAnswer:
    """Name all other classes."""
    return perfect(tuple(name for name in CLASSES if name not in label))


_SETS = st.sets(st.sampled_from(CLASSES)).map(lambda names: tuple(sorted(names)))
_SCORES = st.tuples(*[st.sampled_from([0.0, 0.25, 0.5, 1.0])] * len(CLASSES))
ROWS = st.tuples(_SETS, st.builds(ClassSetAnswer, _SETS, _SCORES))
BARE_ROWS = st.tuples(_SETS, st.builds(ClassSetAnswer, _SETS))
