"""Rows of boxes: few places, so that boxes of labels and answers often overlap, and scores tie."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from competitions.kinds.shapes import Shape
from competitions.kinds.values import Boxes, BoxesAnswer

SHAPE = Shape.BOXES
CLASSES = ("car", "person", "tree")
LABELS = [
    Boxes(((0.0, 0.0, 10.0, 10.0), (20.0, 5.0, 8.0, 30.0)), ("car", "person")),
    Boxes((), ()),
    Boxes(((3.0, 3.0, 6.0, 6.0), (4.0, 4.0, 6.0, 6.0), (30.0, 0.0, 2.0, 2.0)), CLASSES),
]

_SIDES = st.sampled_from([4.0, 5.0, 6.0, 10.0])
_PLACES = st.integers(0, 4).map(float)
_BOXES = st.tuples(_PLACES, _PLACES, _SIDES, _SIDES)
_SCORES = st.sampled_from([0.0, 0.25, 0.5, 0.5, 1.0])

EMPTY = BoxesAnswer((), (), ())


def perfect(label: Boxes) -> BoxesAnswer:
    """Find every true box, and no other."""
    return BoxesAnswer(label.boxes, label.labels, tuple(0.9 for _ in label.boxes))


def wrong(label: Boxes) -> BoxesAnswer:
    """Find a box of every class where there is none."""
    return BoxesAnswer(((90.0, 90.0, 5.0, 5.0),) * len(CLASSES), CLASSES, (0.9,) * len(CLASSES))


@st.composite
def _labels(draw: st.DrawFn) -> Boxes:
    found = draw(st.lists(st.tuples(_BOXES, st.sampled_from(CLASSES)), max_size=4))
    return Boxes(tuple(box for box, _ in found), tuple(name for _, name in found))


@st.composite
def _answers(draw: st.DrawFn) -> BoxesAnswer:
    found = draw(st.lists(st.tuples(_BOXES, st.sampled_from(CLASSES), _SCORES), max_size=5))
    columns: Any = zip(*found, strict=True) if found else ((), (), ())
    return BoxesAnswer(*map(tuple, columns))


ROWS = st.tuples(_labels(), _answers())
