"""Rows that hypothesis draws for metrics: labels, complete predictions, and what goes missing."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from scoring.metrics import METRICS

CLASSES = ("a", "b", "c", "d")
OF_CLASSES = ("accuracy", "balanced_accuracy", "precision", "recall", "macro_f1", "mcc")
OF_NUMBERS = ("rmse", "mae", "r2", "spearman", "pearson")
SMALL_NUMBERS = st.integers(-5, 5).map(float)
NUMBERS = SMALL_NUMBERS | st.integers(-(10**7), 10**7).map(lambda n: n / 1000)


def value_of(name: str, labels: Any, predictions: Any, weights: Any = None) -> float:
    """Return the metric's value over the shared classes."""
    classes = CLASSES if name in OF_CLASSES else ()
    return METRICS[name].value(labels, predictions, classes=classes, weights=weights)


def answers_for(name: str) -> st.SearchStrategy[Any]:
    """Return a strategy of one answer of the metric's type."""
    return st.sampled_from(CLASSES) if name in OF_CLASSES else NUMBERS


@st.composite
def complete_rows(
    draw: st.DrawFn, answer: st.SearchStrategy[Any], *, min_size: int = 1, max_size: int = 12
) -> tuple[list[Any], list[Any]]:
    """Draw labels and one prediction each."""
    rows = draw(st.lists(st.tuples(answer, answer), min_size=min_size, max_size=max_size))
    return [label for label, _ in rows], [given for _, given in rows]
