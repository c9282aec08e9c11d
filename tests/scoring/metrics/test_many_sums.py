"""Values of many column sums at once are those of each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds.values import ClassAnswer
from scoring.metrics import METRICS, SumMetric

CLASSES = ("a", "b", "c")
ROWS = st.lists(
    st.tuples(st.sampled_from(CLASSES), st.sampled_from([*CLASSES, None])), min_size=1, max_size=12
)
OF_CLASSES = ["accuracy", "balanced_accuracy", "macro_f1", "mcc", "precision", "recall"]


@pytest.mark.parametrize("name", OF_CLASSES)
@given(rows=ROWS, data=st.data())
def test_many_sums_give_the_values_of_each(
    name: str, rows: list[tuple[str, str | None]], data: st.DataObject
) -> None:
    metric = METRICS[name]
    assert isinstance(metric, SumMetric)
    answers = [None if given is None else ClassAnswer(given) for _, given in rows]
    statistics = metric.statistics([gold for gold, _ in rows], answers, classes=CLASSES)
    row = st.integers(0, len(rows) - 1)
    draws = data.draw(st.lists(st.lists(row, min_size=1), min_size=1, max_size=4))
    sums = np.array([statistics[each].sum(axis=0, dtype=np.float64) for each in draws])
    expected = [metric.finalize(each) for each in sums]
    assert metric.finalize_all(sums) == pytest.approx(expected, abs=1e-12)


def test_a_value_that_is_not_finite_is_refused() -> None:
    accuracy = METRICS["accuracy"]
    assert isinstance(accuracy, SumMetric)
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match="not finite"):
        accuracy.finalize_all(np.array([[0.0, 0.0]]))
