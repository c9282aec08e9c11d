"""What every metric promises, whatever its formula, for each shape that it can score."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competitions.kinds import KINDS
from competitions.kinds.metric_facts import METRIC_FACTS, MetricFacts
from competitions.kinds.shapes import Shape
from scoring.metrics import METRICS, SumMetric, get_metric
from tests.scoring.metrics.rows import columns
from tests.scoring.shapes import SHAPES, classes, rows_for

CASES = [(name, shape) for name, metric in METRICS.items() for shape in metric.facts.shapes]
ALL = pytest.mark.parametrize(("name", "shape"), CASES)
SUMS = pytest.mark.parametrize(
    ("name", "shape"), [case for case in CASES if isinstance(METRICS[case[0]], SumMetric)]
)
OF_CLASSES = pytest.mark.parametrize(
    "name", [name for name, shape in CASES if shape is Shape.CLASS]
)
OF_NUMBERS = pytest.mark.parametrize(
    "name", [name for name, shape in CASES if shape is Shape.NUMBER]
)
FEWER = settings(max_examples=40, deadline=None)


def value_of(name: str, shape: Shape, labels: Any, answers: Any, weights: Any = None) -> float:
    of_task = SHAPES[shape].CLASSES
    return METRICS[name].value(labels, answers, classes=of_task, weights=weights)


def worst_and_best(facts: MetricFacts) -> tuple[float | None, float | None]:
    return (facts.low, facts.high) if facts.direction == "higher" else (facts.high, facts.low)


def is_open_ended(name: str) -> bool:
    """Tell whether there is no worst answer; the promises then hold within the labels' range."""
    return worst_and_best(METRICS[name].facts)[0] is None


def no_better(name: str, one: float, other: float) -> bool:
    """Tell whether ``one`` is at best as good as ``other``."""
    if METRICS[name].facts.direction == "lower":
        one, other = -one, -other
    return one <= other + 1e-9 * max(1.0, abs(other))


def draw_rows(data: st.DataObject, name: str, shape: Shape, min_size: int = 1) -> tuple[Any, Any]:
    """Draw labels and answers, held within the labels' range where that is what counts."""
    facts = METRICS[name].facts
    labels, answers = data.draw(columns(rows_for(facts, shape), min_size=min_size, max_size=8))
    if is_open_ended(name):
        answers = [min(max(number, min(labels)), max(labels)) for number in answers]
    return labels, answers


def draw_gaps(data: st.DataObject, answers: list[Any]) -> list[Any]:
    return [data.draw(st.sampled_from([answer, None])) for answer in answers]


def test_registry_and_facts_name_the_same_metrics() -> None:
    assert METRICS.keys() == METRIC_FACTS.keys()
    for name in METRICS:
        assert get_metric(name).facts is METRIC_FACTS[name]


def test_every_shape_has_rows_and_every_kind_s_shape_a_metric() -> None:
    assert SHAPES.keys() >= {shape for _, shape in CASES}
    assert {name for kind in KINDS.values() for name in kind.metrics} == METRICS.keys()
    assert all(kind.metrics for kind in KINDS.values())


@pytest.mark.parametrize("name", METRICS)
def test_facts_are_complete_and_the_module_is_named_like_the_metric(name: str) -> None:
    facts = METRICS[name].facts
    assert import_module(f"scoring.metrics.{name}").METRIC is METRICS[name]
    assert facts.name == name
    assert facts.title
    assert facts.reference
    assert facts.shapes
    assert facts.sentence.endswith(".")
    assert facts.direction in ("higher", "lower")
    assert worst_and_best(facts)[1] is not None
    assert METRICS[name].signature() == "" or "version:" in METRICS[name].signature()


@ALL
def test_perfect_answers_are_best(name: str, shape: Shape) -> None:
    labels = SHAPES[shape].LABELS
    answers = [SHAPES[shape].perfect(label) for label in labels]
    assert value_of(name, shape, labels, answers) == worst_and_best(METRICS[name].facts)[1]


@ALL
def test_wrong_answers_lie_between_none_and_perfect_ones(name: str, shape: Shape) -> None:
    labels = SHAPES[shape].LABELS
    wrong = value_of(name, shape, labels, [SHAPES[shape].wrong(label) for label in labels])
    perfect = value_of(name, shape, labels, [SHAPES[shape].perfect(label) for label in labels])
    assert not no_better(name, perfect, wrong)
    if not is_open_ended(name):
        assert no_better(name, value_of(name, shape, labels, [None] * len(labels)), wrong)


@ALL
def test_no_answers_are_worst(name: str, shape: Shape) -> None:
    labels = SHAPES[shape].LABELS
    value = value_of(name, shape, labels, [None] * len(labels))
    assert value == worst_and_best(METRICS[name].facts)[0] or is_open_ended(name)


@pytest.mark.parametrize(
    ("name", "shape"), [case for case in CASES if hasattr(SHAPES[case[1]], "EMPTY")]
)
def test_answer_that_says_nothing_is_an_answer_and_no_worse_than_none(
    name: str, shape: Shape
) -> None:
    labels = SHAPES[shape].LABELS
    empty = value_of(name, shape, labels, [SHAPES[shape].EMPTY] * len(labels))
    assert no_better(name, value_of(name, shape, labels, [None] * len(labels)), empty)
    assert empty != worst_and_best(METRICS[name].facts)[1]


@ALL
@FEWER
@given(data=st.data())
def test_no_answers_are_no_better_than_any(name: str, shape: Shape, data: st.DataObject) -> None:
    labels, answers = draw_rows(data, name, shape)
    nothing = value_of(name, shape, labels, [None] * len(labels))
    assert no_better(name, nothing, value_of(name, shape, labels, answers))


@ALL
@settings(deadline=None)
@given(data=st.data())
def test_missing_never_helps(name: str, shape: Shape, data: st.DataObject) -> None:
    """Withholding answers, any of them, in any order, never improves the value."""
    labels, answers = draw_rows(data, name, shape)
    before = value_of(name, shape, labels, answers)
    for row in data.draw(st.permutations(range(len(labels)))):
        answers = [*answers[:row], None, *answers[row + 1 :]]
        after = value_of(name, shape, labels, answers)
        assert no_better(name, after, before)
        before = after


@ALL
@FEWER
@given(data=st.data())
def test_value_lies_within_the_range(name: str, shape: Shape, data: st.DataObject) -> None:
    facts = METRICS[name].facts
    labels, answers = data.draw(columns(rows_for(facts, shape), max_size=8))
    value = value_of(name, shape, labels, draw_gaps(data, answers))
    assert np.isfinite(value)
    assert facts.low is None or facts.low <= value
    assert facts.high is None or value <= facts.high


@ALL
@FEWER
@given(data=st.data())
def test_order_of_rows_changes_nothing_to_the_last_digit(
    name: str, shape: Shape, data: st.DataObject
) -> None:
    labels, answers = draw_rows(data, name, shape)
    answers = draw_gaps(data, answers)
    order = data.draw(st.permutations(range(len(labels))))
    shuffled = value_of(name, shape, [labels[i] for i in order], [answers[i] for i in order])
    assert shuffled == value_of(name, shape, labels, answers)


@ALL
@FEWER
@given(data=st.data())
def test_weight_counts_a_row_so_many_times(name: str, shape: Shape, data: st.DataObject) -> None:
    labels, answers = draw_rows(data, name, shape)
    answers = draw_gaps(data, answers)
    times = data.draw(
        st.lists(st.integers(0, 3), min_size=len(labels), max_size=len(labels)).filter(any)
    )
    weighted = value_of(name, shape, labels, answers, np.array(times, dtype=np.float64))
    repeated = [
        [each for each, count in zip(column, times, strict=True) for _ in range(count)]
        for column in (labels, answers)
    ]
    if is_open_ended(name) and None in repeated[1]:
        return  # the range behind a missing row is that of all rows, also those of weight 0
    assert weighted == pytest.approx(value_of(name, shape, *repeated), abs=1e-9, rel=1e-9)


@SUMS
@FEWER
@given(data=st.data())
def test_statistics_of_all_rows_score_any_part_of_them(
    name: str, shape: Shape, data: st.DataObject
) -> None:
    labels, answers = draw_rows(data, name, shape, min_size=2)
    if not is_open_ended(name):
        answers = draw_gaps(data, answers)
    rows = sorted(data.draw(st.sets(st.sampled_from(range(len(labels))), min_size=1)))
    metric = METRICS[name]
    statistics = metric.statistics(labels, answers, classes=SHAPES[shape].CLASSES)
    assert len(statistics) == len(labels)
    from_sums = metric.finalize(statistics[rows].astype(np.float64).sum(axis=0))
    direct = value_of(name, shape, [labels[i] for i in rows], [answers[i] for i in rows])
    assert from_sums == pytest.approx(direct, abs=1e-6, rel=1e-6)


@ALL
def test_no_rows_and_unequal_lengths_raise(name: str, shape: Shape) -> None:
    with pytest.raises(ValueError, match="no rows"):
        value_of(name, shape, [], [])
    with pytest.raises(ValueError, match="length"):
        value_of(name, shape, SHAPES[shape].LABELS, [None])


@OF_NUMBERS
@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_number_that_is_not_finite_is_missing_and_such_a_label_raises(name, number) -> None:
    labels = SHAPES[Shape.NUMBER].LABELS
    assert value_of(name, Shape.NUMBER, labels, [number, *labels[1:]]) == value_of(
        name, Shape.NUMBER, labels, [None, *labels[1:]]
    )
    with pytest.raises(ValueError, match="finite"):
        value_of(name, Shape.NUMBER, [number, *labels[1:]], labels)


@OF_CLASSES
def test_label_outside_the_classes_raises(name: str) -> None:
    with pytest.raises(ValueError, match="classes"):
        value_of(name, Shape.CLASS, ["a", "z"], [classes.perfect("a")] * 2)


@OF_CLASSES
@FEWER
@given(data=st.data())
def test_made_up_class_is_never_better_than_right_nor_worse_than_missing(name, data) -> None:
    labels, answers = draw_rows(data, name, Shape.CLASS)
    row = data.draw(st.sampled_from(range(len(labels))))

    def with_answer(answer: Any) -> float:
        changed = [*answers[:row], answer, *answers[row + 1 :]]
        return value_of(name, Shape.CLASS, labels, changed)

    right = classes.perfect(labels[row])
    made_up = with_answer(classes.ClassAnswer("z", answers[row].probabilities))
    assert no_better(name, made_up, with_answer(right))
    assert no_better(name, with_answer(None), made_up)
