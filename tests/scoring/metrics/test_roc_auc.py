"""ROC AUC against scikit-learn, and where scikit-learn has no value."""

from __future__ import annotations

import warnings
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import roc_auc_score

from competitions.kinds.values import ClassAnswer
from scoring.metrics import METRICS
from tests.scoring.metrics.rows import columns
from tests.scoring.shapes.classes import CLASSES, ROWS

METRIC = METRICS["roc_auc"]
TWO = ("ham", "spam")
SHARES = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]) | st.floats(0, 1)
BINARY = st.tuples(
    st.sampled_from(TWO), SHARES.map(lambda share: ClassAnswer("ham", (1 - share, share)))
)


def both_classes(rows) -> bool:
    return len(set(rows[0])) == 2


@given(columns(BINARY, min_size=2).filter(both_classes))
def test_agrees_with_scikit_learn_on_two_classes(rows) -> None:
    labels, answers = rows
    expected = roc_auc_score(
        [label == "spam" for label in labels], [answer.probabilities[1] for answer in answers]
    )
    assert METRIC.value(labels, answers, classes=TWO) == pytest.approx(expected, abs=1e-9)


@given(columns(ROWS, min_size=2, max_size=20).filter(lambda rows: len(set(rows[0])) > 1))
def test_agrees_with_scikit_learn_one_versus_rest_over_the_classes_that_have_rows(rows) -> None:
    labels, answers = rows
    present = [number for number, name in enumerate(CLASSES) if name in labels]
    each = [
        roc_auc_score(
            [label == CLASSES[number] for label in labels],
            [answer.probabilities[number] for answer in answers],
        )
        for number in present
    ]
    expected = float(np.mean(each))
    assert METRIC.value(labels, answers, classes=CLASSES) == pytest.approx(expected, abs=1e-9)


def test_agrees_with_scikit_learn_s_own_mean_where_all_classes_have_rows() -> None:
    random = np.random.default_rng(3)
    labels = [*CLASSES, *random.choice(CLASSES, size=300)]
    shares = random.dirichlet(np.ones(len(CLASSES)), size=len(labels)).round(2)
    shares[:, -1] = 1 - shares[:, :-1].sum(axis=1)
    answers = [ClassAnswer("a", tuple(row)) for row in shares.tolist()]
    expected = roc_auc_score(labels, shares, multi_class="ovr", labels=list(CLASSES))
    assert METRIC.value(labels, answers, classes=CLASSES) == pytest.approx(expected, abs=1e-9)


def test_trap_roc_auc_of_one_class_gold() -> None:
    """scikit-learn says NaN there. Nothing can be told apart: 0, whatever the answers are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        assert np.isnan(roc_auc_score([1, 1], [0.2, 0.9]))
    for label in TWO:
        answers = [ClassAnswer(label, (0.8, 0.2)), ClassAnswer(label, (0.1, 0.9))]
        assert METRIC.value([label] * 2, answers, classes=TWO) == 0


@settings(max_examples=50)
@given(columns(BINARY, max_size=6), st.sets(st.integers(0, 5), max_size=2))
def test_value_with_missing_rows_bounds_every_completion(rows, withheld) -> None:
    labels, given = rows
    holes = [row for row in range(len(labels)) if row in withheld]
    bound = METRIC.value(
        labels, [None if row in holes else g for row, g in enumerate(given)], classes=TWO
    )
    for shares in product([0.0, 0.1, 0.5, 0.9, 1.0], repeat=len(holes)):
        completed = list(given)
        for row, share in zip(holes, shares, strict=True):
            completed[row] = ClassAnswer("ham", (1 - share, share))
        assert bound <= METRIC.value(labels, completed, classes=TWO) + 1e-12
