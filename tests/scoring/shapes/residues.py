"""Rows of classes place by place, some masked; answers may be short and have gaps."""

from __future__ import annotations

from hypothesis import strategies as st

from competitions.kinds.shapes import Shape

SHAPE = Shape.RESIDUES
CLASSES = ("C", "E", "H")
Residues = tuple[str | None, ...]
LABELS: list[Residues] = [("H", "H", None, "C"), ("E",), (None, "C", "E", "H")]

EMPTY: Residues = ()


def perfect(label: Residues) -> Residues:
    """Answer what is true; what is masked has any answer."""
    return tuple(name or "C" for name in label)


def wrong(label: Residues) -> Residues:
    """Answer another class for each place that has one."""
    return tuple(CLASSES[CLASSES.index(name or "C") - 1] for name in label)


@st.composite
def _rows(draw: st.DrawFn) -> tuple[Residues, Residues]:
    place = st.sampled_from((*CLASSES, None))
    label = tuple(draw(st.lists(place, min_size=1, max_size=6).filter(any)))
    answer = tuple(draw(st.lists(place, max_size=len(label) + 1)))
    return label, answer


ROWS = _rows()
