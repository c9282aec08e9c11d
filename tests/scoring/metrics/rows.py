"""What tests of single metrics share: a value over four classes or none, and whole rows."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from scoring.metrics import METRICS

CLASSES = ("a", "b", "c", "d")


def value_of(name: str, labels: Any, predictions: Any, weights: Any = None) -> float:
    """Return the metric's value; classes, where it has any, are the four."""
    return METRICS[name].value(labels, predictions, classes=CLASSES, weights=weights)


@st.composite
def complete_rows(
    draw: st.DrawFn, answer: st.SearchStrategy[Any], *, min_size: int = 1, max_size: int = 12
) -> tuple[list[Any], list[Any]]:
    """Draw labels and one prediction each, both from the same strategy."""
    return draw(columns(st.tuples(answer, answer), min_size=min_size, max_size=max_size))


@st.composite
def columns(
    draw: st.DrawFn, row: st.SearchStrategy[Any], *, min_size: int = 1, max_size: int = 12
) -> tuple[list[Any], list[Any]]:
    """Draw rows of (label, answer); return labels and answers."""
    rows = draw(st.lists(row, min_size=min_size, max_size=max_size))
    return [label for label, _ in rows], [given for _, given in rows]
