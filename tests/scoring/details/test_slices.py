"""Groups of rows have their own values, small ones are only counted."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds.values import ClassAnswer
from scoring.details.parts import value_of_part
from scoring.details.slices import MOST_GROUPS, SMALLEST_GROUP, slice_details, slice_groups
from scoring.metrics import get_metric

CLASSES = ("a", "b")


def details(
    slices: list[dict[str, str]],
    right: list[bool],
    part: Any = None,
    direction: Any = "higher",
) -> dict[str, Any]:
    """Those of a task of two classes whose true class is always the first."""
    given_answers = [ClassAnswer("a" if each else "b") for each in right]
    value_of = value_of_part(get_metric("accuracy"), ["a"] * len(right), given_answers, CLASSES)
    mask = np.ones(len(right), dtype=np.bool_) if part is None else part
    return slice_details(slice_groups(slices), mask, value_of, direction)


def test_each_group_has_its_rows_and_value() -> None:
    slices = [{"domain": "film"}] * 40 + [{"domain": "news"}] * 60
    found = details(slices, [True] * 30 + [False] * 10 + [True] * 60)
    assert found == {
        "domain": {
            "groups": [
                {"value": "news", "rows": 60, "score": 1.0},
                {"value": "film", "rows": 40, "score": 0.75},
            ],
            "hidden": 0,
            "worst": "film",
            "gap": 0.25,
        }
    }


def test_where_less_is_better_the_worst_has_the_most() -> None:
    slices = [{"domain": "film"}] * 40 + [{"domain": "news"}] * 40
    found = details(slices, [True] * 40 + [False] * 20 + [True] * 20, direction="lower")
    assert (found["domain"]["worst"], found["domain"]["gap"]) == ("film", 0.5)


def test_groups_of_fewer_rows_are_counted_and_not_shown() -> None:
    small = SMALLEST_GROUP - 1
    slices = [{"domain": "film"}] * small + [{"domain": "news"}] * SMALLEST_GROUP
    found = details(slices, [False] * small + [True] * SMALLEST_GROUP)["domain"]
    assert [group["value"] for group in found["groups"]] == ["news"]
    assert (found["hidden"], found["worst"], found["gap"]) == (1, "news", 0.0)
    alone = details(slices[:small], [True] * small)["domain"]
    assert alone == {"groups": [], "hidden": 1, "worst": None, "gap": None}


def test_only_rows_of_the_part_count() -> None:
    slices = [{"domain": "film"}] * 40 + [{"domain": "news"}] * 40
    part = np.array([True] * 20 + [False] * 20 + [True] * 40)
    found = details(slices, [False] * 40 + [True] * 40, part)["domain"]
    assert [(g["value"], g["rows"], g["score"]) for g in found["groups"]] == [("news", 40, 1.0)]
    assert found["hidden"] == 1


def test_a_row_without_a_slice_is_in_none_of_its_groups() -> None:
    slices = [{"domain": "film"}] * 40 + [{}] * 40
    found = details(slices, [True] * 40 + [False] * 40)
    assert [(g["rows"], g["score"]) for g in found["domain"]["groups"]] == [(40, 1.0)]
    assert details([{}] * 40, [True] * 40) == {}


def test_no_more_than_the_largest_groups_are_shown() -> None:
    groups = MOST_GROUPS + 5
    slices = [{"word": f"w{n:03}"} for n in range(groups) for _ in range(SMALLEST_GROUP)]
    slices.append({"word": f"w{groups - 1:03}"})
    found = details(slices, [True] * len(slices))["word"]
    assert (len(found["groups"]), found["hidden"]) == (MOST_GROUPS, 5)
    assert found["groups"][0]["value"] == f"w{groups - 1:03}"


rows = st.lists(
    st.tuples(st.sampled_from(["film", "news", "mail"]), st.booleans()),
    min_size=90,
    max_size=200,
)


@given(rows)
def test_slices_sum_up_to_the_whole(given_rows: list[tuple[str, bool]]) -> None:
    slices = [{"domain": name} for name, _ in given_rows]
    right = [each for _, each in given_rows]
    found = details(slices, right)["domain"]
    hidden_rows = [name for name, _ in given_rows]
    shown = {group["value"] for group in found["groups"]}
    hidden = sum(each for name, each in given_rows if name not in shown)
    total = sum(group["rows"] * group["score"] for group in found["groups"]) + hidden
    assert total == pytest.approx(sum(right))
    counted = sum(group["rows"] for group in found["groups"])
    assert counted + sum(name not in shown for name in hidden_rows) == len(given_rows)
    assert len(shown) + found["hidden"] == len(set(hidden_rows))


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(
    given_rows: list[tuple[str, bool]], chance: Any
) -> None:
    shuffled = chance.sample(given_rows, len(given_rows))
    one, other = (
        details([{"domain": name} for name, _ in each], [right for _, right in each])
        for each in (given_rows, shuffled)
    )
    assert one == other
