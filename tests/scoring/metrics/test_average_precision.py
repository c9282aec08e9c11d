"""Average precision against scikit-learn, and where scikit-learn's value means nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import average_precision_score

from competitions.kinds.values import ClassAnswer
from scoring.metrics import METRICS
from tests.scoring.metrics.rows import columns
from tests.scoring.metrics.test_roc_auc import BINARY, TWO, both_classes
from tests.scoring.shapes.classes import CLASSES, ROWS

METRIC = METRICS["average_precision"]


@given(columns(BINARY, min_size=2).filter(both_classes))
def test_agrees_with_scikit_learn_on_two_classes(rows) -> None:
    labels, answers = rows
    expected = average_precision_score(
        [label == "spam" for label in labels], [answer.probabilities[1] for answer in answers]
    )
    assert METRIC.value(labels, answers, classes=TWO) == pytest.approx(expected, abs=1e-9)


@given(columns(ROWS, min_size=2, max_size=20).filter(lambda rows: len(set(rows[0])) > 1))
def test_agrees_with_scikit_learn_s_mean_over_the_classes_that_have_rows(rows) -> None:
    labels, answers = rows
    present = [number for number, name in enumerate(CLASSES) if name in labels]
    gold = np.array([[label == CLASSES[number] for number in present] for label in labels])
    shares = np.array([answer.probabilities for answer in answers])[:, present]
    expected = average_precision_score(gold, shares, average="macro")
    assert METRIC.value(labels, answers, classes=CLASSES) == pytest.approx(expected, abs=1e-9)


def test_trap_average_precision_of_one_class_gold() -> None:
    """scikit-learn says 1.0 there, whatever the answers are. Nothing can be told apart: 0."""
    assert average_precision_score([1, 1], [0.2, 0.9]) == 1
    answers = [ClassAnswer("spam", (0.8, 0.2)), ClassAnswer("spam", (0.1, 0.9))]
    assert METRIC.value(["spam"] * 2, answers, classes=TWO) == 0
    assert METRIC.value(["ham"] * 2, answers, classes=TWO) == 0


def test_missing_row_of_another_class_stands_ahead_of_all() -> None:
    found = ClassAnswer("spam", (0.1, 0.9))
    assert METRIC.value(["spam", "ham"], [found, None], classes=TWO) == 0.5
    assert METRIC.value(["spam", "spam", "ham"], [found, None, None], classes=TWO) == 0.25
