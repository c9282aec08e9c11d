"""What every metric promises, whatever its formula."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competitions.kinds import KINDS
from competitions.kinds.metric_facts import METRIC_FACTS
from scoring.metrics import METRICS, SumMetric, get_metric
from tests.scoring.metrics.rows import (
    CLASSES,
    OF_CLASSES,
    OF_NUMBERS,
    answers_for,
    complete_rows,
    value_of,
)

ALL = pytest.mark.parametrize("name", sorted(METRICS))
SUMS = sorted(name for name, metric in METRICS.items() if isinstance(metric, SumMetric))


def no_better(name: str, one: float, other: float) -> bool:
    """Tell whether ``one`` is at best as good as ``other``."""
    if METRICS[name].facts.direction == "lower":
        one, other = -one, -other
    return one <= other + 1e-9 * max(1.0, abs(other))


def labels_of_every_kind(name: str) -> list:
    return [*CLASSES, "a", "b", "b"] if name in OF_CLASSES else [3.0, -1.5, 2.0, 2.0, 8.0, 0.25]


def test_registry_and_facts_name_the_same_metrics() -> None:
    assert METRICS.keys() == METRIC_FACTS.keys() == {*OF_CLASSES, *OF_NUMBERS}
    for name in METRICS:
        assert get_metric(name).facts is METRIC_FACTS[name]


def test_every_kind_can_be_scored_by_each_of_its_metrics() -> None:
    assert {name for kind in KINDS.values() for name in kind.metrics} == METRICS.keys()


@ALL
def test_perfect_answers_are_best(name: str) -> None:
    labels = labels_of_every_kind(name)
    facts = METRICS[name].facts
    best = facts.low if facts.direction == "lower" else facts.high
    assert value_of(name, labels, labels) == best


@ALL
def test_no_answers_are_worst(name: str) -> None:
    labels = labels_of_every_kind(name)
    value = value_of(name, labels, [None] * len(labels))
    facts = METRICS[name].facts
    worst = facts.high if facts.direction == "lower" else facts.low
    assert value == worst or worst is None


@ALL
@settings(max_examples=40)
@given(data=st.data())
def test_no_answers_are_no_better_than_any_within_the_labels_range(name, data) -> None:
    labels, given = data.draw(complete_rows(answers_for(name)))
    if name in OF_NUMBERS:
        given = [min(max(number, min(labels)), max(labels)) for number in given]
    assert no_better(
        name, value_of(name, labels, [None] * len(labels)), value_of(name, labels, given)
    )


@ALL
@given(data=st.data())
def test_missing_never_helps(name, data) -> None:
    """Withholding answers, any of them, in any order, never improves the value."""
    labels, given = data.draw(complete_rows(answers_for(name)))
    if name in ("rmse", "mae", "r2"):
        given = [min(max(number, min(labels)), max(labels)) for number in given]
    before = value_of(name, labels, given)
    for row in data.draw(st.permutations(range(len(labels)))):
        given = [*given[:row], None, *given[row + 1 :]]
        after = value_of(name, labels, given)
        assert no_better(name, after, before)
        before = after


@ALL
@settings(max_examples=40)
@given(data=st.data())
def test_value_lies_within_the_range(name, data) -> None:
    answer = answers_for(name)
    labels, given = data.draw(complete_rows(answer))
    given = [data.draw(st.sampled_from([number, None])) for number in given]
    value = value_of(name, labels, given)
    facts = METRICS[name].facts
    assert np.isfinite(value)
    assert facts.low is None or facts.low <= value
    assert facts.high is None or value <= facts.high


@ALL
@settings(max_examples=40)
@given(data=st.data())
def test_order_of_rows_changes_nothing_to_the_last_digit(name, data) -> None:
    labels, given = data.draw(complete_rows(answers_for(name)))
    given = [data.draw(st.sampled_from([number, None])) for number in given]
    order = data.draw(st.permutations(range(len(labels))))
    shuffled = value_of(name, [labels[i] for i in order], [given[i] for i in order])
    assert shuffled == value_of(name, labels, given)


@ALL
@settings(max_examples=40)
@given(data=st.data())
def test_weight_counts_a_row_so_many_times(name, data) -> None:
    labels, given = data.draw(complete_rows(answers_for(name)))
    given = [data.draw(st.sampled_from([number, None])) for number in given]
    times = data.draw(
        st.lists(st.integers(0, 3), min_size=len(labels), max_size=len(labels)).filter(any)
    )
    weighted = value_of(name, labels, given, np.array(times, dtype=np.float64))
    repeated = [
        [number for number, count in zip(column, times, strict=True) for _ in range(count)]
        for column in (labels, given)
    ]
    if name in ("rmse", "mae", "r2") and None in repeated[1]:
        return  # the range behind a missing row is that of all rows, also those of weight 0
    assert weighted == pytest.approx(value_of(name, *repeated), abs=1e-9, rel=1e-9)


@pytest.mark.parametrize("name", SUMS)
@settings(max_examples=40)
@given(data=st.data())
def test_statistics_of_all_rows_score_any_part_of_them(name, data) -> None:
    labels, given = data.draw(complete_rows(answers_for(name), min_size=2))
    part = data.draw(st.sets(st.sampled_from(range(len(labels))), min_size=1))
    metric = METRICS[name]
    classes = CLASSES if name in OF_CLASSES else ()
    statistics = metric.statistics(labels, given, classes=classes)
    assert len(statistics) == len(labels)
    rows = sorted(part)
    from_sums = metric.finalize(statistics[rows].astype(np.float64).sum(axis=0))
    direct = value_of(name, [labels[i] for i in rows], [given[i] for i in rows])
    assert from_sums == pytest.approx(direct, abs=1e-6, rel=1e-6)


@ALL
def test_no_rows_and_unequal_lengths_raise(name: str) -> None:
    with pytest.raises(ValueError, match="no rows"):
        value_of(name, [], [])
    with pytest.raises(ValueError, match="length"):
        value_of(name, labels_of_every_kind(name), [None])


@pytest.mark.parametrize("name", OF_NUMBERS)
@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_number_that_is_not_finite_is_missing_and_such_a_label_raises(name, number) -> None:
    labels = labels_of_every_kind(name)
    assert value_of(name, labels, [number, *labels[1:]]) == value_of(
        name, labels, [None, *labels[1:]]
    )
    with pytest.raises(ValueError, match="finite"):
        value_of(name, [number, *labels[1:]], labels)


@pytest.mark.parametrize("name", OF_CLASSES)
def test_label_outside_the_classes_raises(name: str) -> None:
    with pytest.raises(ValueError, match="classes"):
        value_of(name, ["a", "e"], ["a", "a"])


@pytest.mark.parametrize("name", OF_CLASSES)
@settings(max_examples=40)
@given(data=st.data())
def test_made_up_class_is_never_better_than_right_nor_worse_than_missing(name, data) -> None:
    labels, given = data.draw(complete_rows(st.sampled_from(CLASSES)))
    row = data.draw(st.sampled_from(range(len(labels))))
    made_up = value_of(name, labels, [*given[:row], "e", *given[row + 1 :]])
    right = value_of(name, labels, [*given[:row], labels[row], *given[row + 1 :]])
    missing = value_of(name, labels, [*given[:row], None, *given[row + 1 :]])
    assert no_better(name, made_up, right)
    assert no_better(name, missing, made_up)
