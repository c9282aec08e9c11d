"""Equal points under each rule of ties, and money that is divided."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.awards.decide import Grant
from scoring.awards.facts import Contender
from scoring.awards.terms import SPLIT
from tests.scoring.awards.people import award, contender, outcome, why_not, winners

MONEY: dict[str, Any] = {"amount": Decimal("100.00"), "currency": "EUR"}


def tied() -> list[Contender]:
    """Two equal ones at the top, as shown with two decimals, and a third behind."""
    return [contender("late", 80.001, day=2), contender("early", 79.999), contender("third", 70.0)]


def test_the_earlier_submission_wins() -> None:
    verdict = outcome(award(ties="earlier"), tied())
    assert winners(verdict) == [("early", 1)]
    assert "Equal with 1 more; the earlier submission goes first." in verdict.grants[0].reason
    assert why_not(verdict, "late").startswith("Place 2 ")


def test_all_of_them_get_it_whole_and_the_next_place_is_skipped() -> None:
    first = outcome(award(ties="share", **MONEY), tied())
    assert winners(first) == [("early", 1), ("late", 1)]
    assert [grant.amount for grant in first.grants] == [Decimal("100.00")] * 2
    assert winners(outcome(award(ties="share", first=2, last=2), tied())) == []
    assert winners(outcome(award(ties="share", first=3, last=3), tied())) == [("third", 3)]


def test_the_prize_of_the_places_that_equals_take_up_is_divided() -> None:
    alone = outcome(award(ties="split", **MONEY), tied())
    assert winners(alone) == [("early", 1), ("late", 1)]
    assert [grant.amount for grant in alone.grants] == [Decimal("50.00")] * 2
    assert "Places 1 to 2" in alone.grants[0].reason
    assert "Its share: 1/2 of 100.00 EUR, 50.00." in alone.grants[0].reason
    second = outcome(award(ties="split", first=2, last=2, **MONEY), tied())
    assert [grant.amount for grant in second.grants] == [Decimal("50.00")] * 2
    both = outcome(award(ties="split", first=1, last=3, **MONEY), tied())
    assert [grant.amount for grant in both.grants] == [Decimal("100.00")] * 3


def test_a_divided_prize_is_rounded_down_to_cents() -> None:
    three = [contender(name, 50.0) for name in ("a", "b", "c")]
    verdict = outcome(award(ties="split", **MONEY), three)
    assert [grant.amount for grant in verdict.grants] == [Decimal("33.33")] * 3
    assert {grant.part for grant in verdict.grants} == {Fraction(1, 3)}


def test_a_prize_without_money_is_shared_without_a_sum() -> None:
    assert outcome(award(ties="share"), tied()).grants[0].amount is None


@pytest.mark.parametrize("ties", ["earlier", "share", "split"])
def test_statistical_neighbours_are_no_tie_but_are_named(ties: str) -> None:
    people = [
        contender("ann", 80.0, rank_best=1, rank_worst=2),
        contender("bob", 79.9, rank_best=1, rank_worst=2),
    ]
    verdict = outcome(award(ties=ties, **MONEY), people)
    assert winners(verdict) == [("ann", 1)]
    assert "its rank set on the whole board is 1 to 2." in verdict.grants[0].reason


def test_a_certain_place_needs_no_remark() -> None:
    sure = contender("ann", 80.0, rank_best=1, rank_worst=1)
    assert "rank set" not in outcome(award(), [sure]).grants[0].reason


@given(
    points=st.lists(st.integers(min_value=1, max_value=4), min_size=1, max_size=8),
    first=st.integers(min_value=1, max_value=4),
    more=st.integers(min_value=0, max_value=4),
)
def test_divided_money_is_the_money_of_the_places_that_are_taken(
    points: list[int], first: int, more: int
) -> None:
    people = [contender(str(index), float(each)) for index, each in enumerate(points)]
    terms = award(ties=SPLIT, first=first, last=first + more, **MONEY)
    grants: tuple[Grant, ...] = outcome(terms, people).grants
    places = sum((grant.part for grant in grants), Fraction(0))
    assert places == max(0, min(len(points), first + more) - first + 1)
    assert all(0 < grant.part <= 1 for grant in grants)


@given(
    points=st.lists(st.integers(min_value=1, max_value=4), min_size=1, max_size=8),
    last=st.integers(min_value=1, max_value=5),
)
def test_the_earlier_rule_gives_each_place_once(points: list[int], last: int) -> None:
    people = [contender(str(index), float(each)) for index, each in enumerate(points)]
    verdict = outcome(award(last=last), people)
    assert [grant.place for grant in verdict.grants] == [*range(1, min(last, len(points)) + 1)]
    got = [grant.contender.final_points or 0 for grant in verdict.grants]
    assert got == sorted(points, reverse=True)[: len(got)]
