"""Log loss against scikit-learn, and what probabilities that are none are worth."""

from __future__ import annotations

import math
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import log_loss

from competitions.kinds import get_kind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.values import ClassAnswer
from scoring.metrics import METRICS
from tests.scoring.metrics.rows import columns
from tests.scoring.shapes.classes import CLASSES, ROWS

METRIC = METRICS["log_loss"]
RANDOM_ROWS = st.tuples(
    st.sampled_from(CLASSES),
    st.lists(st.floats(1e-6, 1), min_size=7, max_size=7).map(
        lambda shares: ClassAnswer("a", tuple(share / math.fsum(shares) for share in shares))
    ),
)


@given(columns(ROWS | RANDOM_ROWS))
def test_agrees_with_scikit_learn_also_where_the_true_class_has_probability_0(rows) -> None:
    labels, answers = rows
    probabilities = [answer.probabilities for answer in answers]
    expected = log_loss(labels, probabilities, labels=list(CLASSES))
    assert METRIC.value(labels, answers, classes=CLASSES) == pytest.approx(expected, abs=1e-9)


def test_trap_log_loss_of_rows_that_do_not_sum_to_1() -> None:
    """scikit-learn only warns, and all ones cost about nothing. Here such a file is refused, and
    even without that all ones are worth what equal shares are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert log_loss(["a", "b"], [[1, 1], [1, 1]]) < 1e-9
    ones = ClassAnswer("a", (1.0, 1.0))
    assert METRIC.value(["a", "b"], [ones, ones], classes=("a", "b")) == pytest.approx(math.log(2))
    schema = get_kind("text_classification").answers["predict"]
    with pytest.raises(RowInvalid, match="probs must sum to 1"):
        schema.parse({"label": "a", "probs": [1.0, 1.0]}, ("a", "b"))


def test_missing_row_costs_as_much_as_a_sure_wrong_one() -> None:
    sure = ClassAnswer("a", (1.0, 0.0))
    wrong = METRIC.value(["a", "b"], [sure, sure], classes=("a", "b"))
    missing = METRIC.value(["a", "b"], [sure, None], classes=("a", "b"))
    assert wrong == missing == METRIC.facts.high / 2


def test_order_of_the_classes_is_the_task_s_not_the_alphabet_s() -> None:
    answer = ClassAnswer("spam", (0.75, 0.25))
    value = METRIC.value(["spam"], [answer], classes=("spam", "ham"))
    assert value == pytest.approx(-math.log(0.75))
