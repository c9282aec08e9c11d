"""The jury's choice."""

import pytest

from scoring.awards.terms import Nominated
from tests.scoring.awards.people import award, contender, outcome, why_not, winners


def test_the_choice_wins_whatever_the_points_with_its_reason() -> None:
    top, chosen = contender("top", 90.0), contender("chosen", 0.0)
    terms = award("jury", nominations={chosen.key: Nominated(1, "Clear code and a fine write-up.")})
    verdict = outcome(terms, [top, chosen])
    assert winners(verdict) == [("chosen", 1)]
    assert verdict.grants[0].reason == (
        "Place 1 by the jury's choice: Clear code and a fine write-up."
    )
    assert why_not(verdict, "top") == "Not chosen by the jury."


def test_places_are_the_jurys() -> None:
    a, b = contender("a", 10.0), contender("b", 90.0)
    terms = award("jury", last=2, nominations={a.key: Nominated(1, "x"), b.key: Nominated(2, "y")})
    assert winners(outcome(terms, [a, b])) == [("a", 1), ("b", 2)]


def test_two_on_one_place_go_by_the_tie_rule() -> None:
    a, b = contender("a", 10.0, day=1), contender("b", 90.0)
    both = {a.key: Nominated(1, "x"), b.key: Nominated(1, "y")}
    assert winners(outcome(award("jury", nominations=both), [a, b])) == [("b", 1)]
    shared = outcome(award("jury", ties="share", nominations=both), [a, b])
    assert winners(shared) == [("b", 1), ("a", 1)]


def test_a_chosen_one_who_is_barred_or_without_a_submission_gets_nothing() -> None:
    people = [contender("out", 90.0, state="withdrawn"), contender("none", on_board=False)]
    terms = award("jury", nominations={each.key: Nominated(1, "x") for each in people})
    assert winners(outcome(terms, people)) == []


@pytest.mark.parametrize("ties", ["earlier", "share"])
def test_an_award_for_a_later_place_alone_goes_to_whom_the_jury_put_there(ties: str) -> None:
    a, b = contender("a", 10.0), contender("b", 90.0)
    second = award("jury", first=2, last=3, ties=ties, nominations={a.key: Nominated(2, "x")})
    assert winners(outcome(second, [a, b])) == [("a", 2)]


def test_nobody_moves_up_to_a_place_that_the_jury_did_not_give() -> None:
    people = [contender("out", state="withdrawn"), contender("b", 90.0), contender("c", 80.0)]
    named = {each.key: Nominated(place, "x") for place, each in enumerate(people, start=1)}
    verdict = outcome(award("jury", last=3, nominations=named), people)
    assert winners(verdict) == [("b", 2), ("c", 3)]


def test_who_shares_a_place_takes_up_the_next_one_too() -> None:
    people = [contender(name, 50.0) for name in ("a", "b", "c")]
    named = {each.key: Nominated(place, "x") for place, each in zip((2, 2, 3), people, strict=True)}
    shared = award("jury", first=2, last=4, ties="share", nominations=named)
    assert winners(outcome(shared, people)) == [("a", 2), ("b", 2), ("c", 4)]
