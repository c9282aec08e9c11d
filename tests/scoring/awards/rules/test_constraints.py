"""The best within bounds of size, speed, memory and data."""

from __future__ import annotations

from typing import Any

import pytest

from scoring.awards.rules.constraints import declares_no_extra_data
from tests.scoring.awards.people import award, contender, outcome, why_not, winners


@pytest.mark.parametrize(
    ("bound", "within", "beyond", "unknown"),
    [
        ({"max_parameters": 1000}, {"parameters": 1000}, {"parameters": 1001}, {}),
        ({"max_latency_ms": 20.0}, {"latency_ms": 20.0}, {"latency_ms": 20.1}, {}),
        ({"max_memory_bytes": 2**30}, {"memory_bytes": 2**30}, {"memory_bytes": 2**30 + 1}, {}),
        ({"no_extra_data": True}, {"extra_data": "None."}, {"extra_data": "Reviews"}, {}),
    ],
)
def test_each_bound_lets_in_what_keeps_it_and_nothing_else(
    bound: dict[str, Any], within: dict[str, Any], beyond: dict[str, Any], unknown: dict[str, Any]
) -> None:
    people = [
        contender("beyond", 90.0, **beyond),
        contender("unknown", 80.0, **unknown),
        contender("within", 70.0, **within),
    ]
    verdict = outcome(award("constraints", **bound), people)
    assert winners(verdict) == [("within", 1)]
    assert why_not(verdict, "beyond")
    assert why_not(verdict, "unknown")


def test_refusals_name_the_figure_and_the_bound() -> None:
    terms = award("constraints", max_parameters=1000, max_latency_ms=20.0, no_extra_data=True)
    big = contender("big", 90.0, parameters=5_000_000, extra_data="All of Wikipedia")
    assert why_not(outcome(terms, [big]), "big") == (
        "Its parameters: 5,000,000, above 1,000. The platform did not measure its latency. "
        "Declares extra data: All of Wikipedia."
    )


def test_all_bounds_hold_together_and_are_named_in_the_reason() -> None:
    terms = award("constraints", max_parameters=10, max_memory_bytes=2**20)
    ann = contender("ann", 90.0, parameters=10, memory_bytes=2**20)
    assert outcome(terms, [ann]).grants[0].reason == (
        "Place 1 by final score among models of at most 10 parameters and at most 1 MiB of memory: "
        "90.00 points on the private test rows."
    )


def test_a_small_model_without_points_wins_nothing() -> None:
    assert (
        winners(outcome(award("constraints", max_parameters=9), [contender("x", parameters=1)]))
        == []
    )


def test_equal_points_within_the_bounds_go_by_the_tie_rule() -> None:
    people = [contender("late", 50.0, day=1, parameters=1), contender("soon", 50.0, parameters=9)]
    assert winners(outcome(award("constraints", max_parameters=9), people)) == [("soon", 1)]


@pytest.mark.parametrize("said", ["none", " None. ", "NO", "nothing"])
def test_ways_to_say_none(said: str) -> None:
    assert declares_no_extra_data(said)


@pytest.mark.parametrize("said", ["", "none of it was mine", "not much"])
def test_anything_else_is_not_none(said: str) -> None:
    assert not declares_no_extra_data(said)
