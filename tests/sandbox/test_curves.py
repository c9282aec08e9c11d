"""Losses of trainings, as a report may tell them."""

from typing import Any

import pytest

from sandbox.curves import parse_curves

GOOD = {"steps": [1, 2, 5], "losses": [0.693147, 0.25, 0]}


def test_good_curves_are_kept_with_four_digits() -> None:
    assert (
        parse_curves([GOOD, {**GOOD, "seed": 2}])
        == [{"steps": [1, 2, 5], "losses": [0.6931, 0.25, 0.0]}] * 2
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"steps": [1, 2]},
        {"steps": [1, 1, 2]},
        {"steps": [0, 1, 2]},
        {"steps": [1, 2, 3.0]},
        {"steps": [True, 2, 3]},
        {"steps": [1, 2, 10**9]},
        {"losses": [0.5, 0.25, -0.1]},
        {"losses": [0.5, 0.25, float("nan")]},
        {"losses": [0.5, 0.25, 1e10]},
        {"losses": [0.5, 0.25, 10**400]},
        {"losses": [0.5, 0.25, False]},
        {"losses": ["0.5", 0.25, 0]},
        {"losses": None},
        {"steps": [], "losses": []},
        {"steps": list(range(1, 202)), "losses": [0.5] * 201},
    ],
)
def test_one_wrong_curve_leaves_none(changed: dict[str, Any]) -> None:
    assert parse_curves([GOOD, {**GOOD, **changed}]) == []


@pytest.mark.parametrize("said", [None, {}, "curves", [GOOD] * 11, [None], [[]], [{}]])
def test_what_is_no_list_of_curves_is_none(said: object) -> None:
    assert parse_curves(said) == []


def test_as_many_seeds_as_a_task_may_have_are_kept() -> None:
    assert len(parse_curves([GOOD] * 10)) == 10
