"""Rows of graded items, and answers that rank some of them among others."""

from __future__ import annotations

from hypothesis import strategies as st

from competitions.kinds.shapes import Shape
from competitions.kinds.values import RankedItems

SHAPE = Shape.RANKING
CLASSES = tuple(f"item-{number}" for number in range(14))
Grades = tuple[tuple[str, int], ...]
LABELS: list[Grades] = [
    (("item-0", 3), ("item-1", 1)),
    (("item-5", 1),),
    (("item-2", 0), ("item-7", 2), ("item-9", 2)),
]

EMPTY = RankedItems(())


def perfect(label: Grades) -> RankedItems:
    """Rank the relevant items alone, the highest grade first."""
    relevant = [(grade, item) for item, grade in label if grade]
    return RankedItems(tuple(item for _, item in sorted(relevant, reverse=True)))


def wrong(label: Grades) -> RankedItems:
    """Rank no relevant item."""
    relevant = {item for item, grade in label if grade}
    return RankedItems(tuple(item for item in CLASSES if item not in relevant))


_LABELS = (
    st.dictionaries(st.sampled_from(CLASSES), st.integers(0, 3), min_size=1, max_size=6)
    .filter(lambda grades: any(grades.values()))
    .map(lambda grades: tuple(sorted(grades.items())))
)
_ANSWERS = st.lists(st.sampled_from(CLASSES), unique=True).map(
    lambda items: RankedItems(tuple(items))
)
ROWS = st.tuples(_LABELS, _ANSWERS)
