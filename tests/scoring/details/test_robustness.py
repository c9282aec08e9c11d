"""The same rows, before and after: per perturbation, and however they are written."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds.values import ClassAnswer
from scoring.details.parts import value_of_part
from scoring.details.robustness import SMALLEST_SAMPLE, Robustness, Trial
from scoring.metrics import get_metric

CLASSES = ("a", "b")


def of_classes(
    original: list[bool], copies: dict[str, list[bool | None]], part: Any = None
) -> dict[str, Any] | None:
    """Answers that are right or wrong; None in ``copies`` is a row that has no copy."""
    gold = ["a"] * len(original)
    given_answers = [ClassAnswer("a" if each else "b") for each in original]
    trials = [
        Trial(
            name=name,
            copied=np.array([each is not None for each in row]),
            answers=[None if each is None else ClassAnswer("a" if each else "b") for each in row],
        )
        for name, row in copies.items()
    ]
    metric = get_metric("accuracy")
    robustness = Robustness(
        trials,
        metric=metric,
        gold=gold,
        given=given_answers,
        original=value_of_part(metric, gold, given_answers, CLASSES),
        classes=CLASSES,
    )
    return robustness.on(np.ones(len(gold), dtype=np.bool_) if part is None else part)


def test_each_perturbation_is_compared_on_its_own_rows() -> None:
    found = of_classes(
        [True] * 20 + [False] * 20,
        {
            "lower_case": [True] * 10 + [False] * 30,
            "typos": [None] * 20 + [True] * 5 + [False] * 15,
        },
    )
    assert found is not None
    assert found["perturbations"] == [
        {"name": "lower_case", "rows": 40, "original": 0.5, "perturbed": 0.25},
        {"name": "typos", "rows": 20, "original": 0.0, "perturbed": 0.25},
    ]


def test_the_worst_case_of_a_row_is_right_however_it_is_written() -> None:
    found = of_classes(
        [True] * 30 + [False] * 10,
        {
            "lower_case": [True] * 20 + [False] * 10 + [True] * 10,
            "typos": [False] * 10 + [True] * 10 + [None] * 20,
        },
    )
    assert found is not None
    assert found["worst"] == {"by": "row", "rows": 40, "original": 0.75, "value": 0.25}


def test_rows_without_any_copy_are_not_in_the_worst_case() -> None:
    found = of_classes([True] * 15 + [False] * 25, {"typos": [True] * 15 + [None] * 25})
    assert found is not None
    assert found["worst"] == {"by": "row", "rows": 15, "original": 1.0, "value": 1.0}


def test_too_few_rows_are_not_told() -> None:
    few = SMALLEST_SAMPLE - 1
    assert of_classes([True] * 40, {"typos": [True] * few + [None] * (40 - few)}) is None
    enough = of_classes([True] * 40, {"typos": [True] * (few + 1) + [None] * (39 - few)})
    assert enough is not None


def test_only_rows_of_the_part_count() -> None:
    part = np.array([True] * 20 + [False] * 20)
    found = of_classes([True] * 20 + [False] * 20, {"typos": [True] * 10 + [False] * 30}, part)
    assert found is not None
    assert found["perturbations"] == [
        {"name": "typos", "rows": 20, "original": 1.0, "perturbed": 0.5}
    ]
    assert found["worst"] == {"by": "row", "rows": 20, "original": 1.0, "value": 0.5}


def test_a_copy_without_an_answer_is_wrong() -> None:
    gold = ["a"] * 20
    right = [ClassAnswer("a")] * 20
    metric = get_metric("accuracy")
    trial = Trial(
        name="typos", copied=np.ones(20, dtype=np.bool_), answers=[*right[:5], *[None] * 15]
    )
    robustness = Robustness(
        [trial],
        metric=metric,
        gold=gold,
        given=right,
        original=value_of_part(metric, gold, right, CLASSES),
        classes=CLASSES,
    )
    found = robustness.on(trial.copied)
    assert found is not None
    assert found["perturbations"][0]["perturbed"] == 0.25
    assert found["worst"]["value"] == 0.25


@pytest.mark.parametrize(("metric", "worst"), [("mae", "typos"), ("spearman", "lower_case")])
def test_of_numbers_the_worst_perturbation_is_told_by_the_metric_s_direction(
    metric: str, worst: str
) -> None:
    gold = [float(n) for n in range(20)]
    chosen = get_metric(metric)
    trials = [
        Trial(name="lower_case", copied=np.ones(20, dtype=np.bool_), answers=gold[::-1]),
        Trial(name="typos", copied=np.ones(20, dtype=np.bool_), answers=[n + 40 for n in gold]),
    ]
    robustness = Robustness(
        trials,
        metric=chosen,
        gold=gold,
        given=gold,
        original=value_of_part(chosen, gold, gold, ()),
        classes=(),
    )
    found = robustness.on(np.ones(20, dtype=np.bool_))
    assert found is not None
    by_name = {each["name"]: each["perturbed"] for each in found["perturbations"]}
    assert found["worst"] == {"by": "perturbation", "name": worst, "value": by_name[worst]}


bools = st.lists(st.booleans(), min_size=30, max_size=30)


@given(bools, bools, bools)
def test_the_worst_case_is_never_better_than_any_single_case(
    original: list[bool], first: list[bool], second: list[bool]
) -> None:
    found = of_classes(original, {"lower_case": list(first), "typos": list(second)})
    assert found is not None
    cases = [each["perturbed"] for each in found["perturbations"]]
    assert found["worst"]["value"] <= min([*cases, found["worst"]["original"]])
    assert found["worst"]["original"] == found["perturbations"][0]["original"]
