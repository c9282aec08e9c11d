"""Fill accuracy: gaps over all rows, compared as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from sklearn.metrics import accuracy_score

from scoring.metrics import METRICS
from tests.scoring.metrics.rows import columns
from tests.scoring.shapes.words import ROWS


def value(labels, answers) -> float:
    return METRICS["fill_accuracy"].value(labels, answers)


@given(columns(ROWS))
def test_agrees_with_scikit_learn_over_all_gaps(rows) -> None:
    labels, answers = rows
    gold = [word.strip().lower() for label in labels for word in label]
    given = [
        word.strip().lower()
        for label, answer in zip(labels, answers, strict=True)
        for word in (*answer[: len(label)], *["?"] * (len(label) - len(answer)))
    ]
    assert value(labels, answers) == pytest.approx(accuracy_score(gold, given), abs=1e-9)


def test_trap_words_are_compared_as_text() -> None:
    """A space before a word or its case is the tokenizer's affair, not the word's."""
    assert value([("Paris", "Straße", "café")], [(" paris", "STRASSE", "cafe\u0301")]) == 1


def test_gaps_beyond_a_short_answer_and_of_a_missing_row_are_wrong() -> None:
    assert value([("a", "b", "c"), ("d",)], [("a",), None]) == 0.25
    assert value([("a",)], [("a", "b")]) == 1
