"""The jury's choice."""

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
