"""Top-5 accuracy against scikit-learn, also on ties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import top_k_accuracy_score

from competitions.kinds.values import ClassAnswer
from scoring.metrics import METRICS
from tests.scoring.metrics.rows import columns
from tests.scoring.shapes.classes import CLASSES, ROWS

METRIC = METRICS["top_5_accuracy"]
TIES = st.lists(st.sampled_from([0.0, 0.25, 0.5]), min_size=7, max_size=7).map(tuple)
TIED_ROWS = st.tuples(st.sampled_from(CLASSES), st.builds(ClassAnswer, st.just("a"), TIES))


@given(columns(ROWS | TIED_ROWS))
def test_agrees_with_scikit_learn_also_on_ties(rows) -> None:
    labels, answers = rows
    probabilities = [answer.probabilities for answer in answers]
    expected = top_k_accuracy_score(labels, probabilities, k=5, labels=list(CLASSES))
    assert METRIC.value(labels, answers, classes=CLASSES) == pytest.approx(expected, abs=1e-9)


def test_named_class_does_not_count_and_probabilities_do() -> None:
    unsure = ClassAnswer("g", (0.3, 0.2, 0.2, 0.15, 0.1, 0.05, 0.0))
    values = [METRIC.value([label], [unsure], classes=CLASSES) for label in CLASSES]
    assert values == [1, 1, 1, 1, 1, 0, 0]


def test_missing_row_and_one_without_probabilities_are_wrong() -> None:
    sure = ClassAnswer("a", (1.0, *[0.0] * 6))
    given = [sure, None, ClassAnswer("a"), sure]
    assert METRIC.value(["a"] * 4, given, classes=CLASSES) == 0.5


def test_order_of_the_classes_is_the_task_s_not_the_alphabet_s() -> None:
    backwards = tuple(reversed(CLASSES))
    answer = ClassAnswer("g", (0.9, 0.02, 0.02, 0.02, 0.02, 0.02, 0.0))
    assert METRIC.value(["g"], [answer], classes=backwards) == 1
    assert METRIC.value(["a"], [answer], classes=backwards) == 0
