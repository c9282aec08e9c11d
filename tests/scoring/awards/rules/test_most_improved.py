"""Who gained most."""

from tests.scoring.awards.people import award, contender, outcome, why_not, winners

RISE = award("most_improved")


def test_the_largest_gain_wins_whatever_the_score() -> None:
    people = [
        contender("top", 95.0, first_points=90.0),
        contender("riser", 60.0, first_points=20.0),
    ]
    verdict = outcome(RISE, people)
    assert winners(verdict) == [("riser", 1)]
    assert verdict.grants[0].reason == (
        "Place 1 by improvement: from 20.00 to 60.00 points, 40.00 more."
    )


def test_no_gain_no_first_score_and_no_score_are_refused() -> None:
    people = [
        contender("only", 50.0),
        contender("fell", 40.0, first_points=50.0),
        contender("same", 50.004, first_points=50.0),
        contender("none", None, first_points=50.0),
    ]
    verdict = outcome(RISE, people)
    assert winners(verdict) == []
    assert why_not(verdict, "only") == "The first scored submission is the one that counts."
    assert why_not(verdict, "fell") == "No gain: from 50.00 to 40.00 points."
    assert why_not(verdict, "same") == "No gain: from 50.00 to 50.00 points."
    assert why_not(verdict, "none") == "No points overall."


def test_equal_gains_go_by_the_tie_rule() -> None:
    people = [
        contender("late", 60.0, first_points=50.0, day=1),
        contender("soon", 30.0, first_points=20.0),
    ]
    assert winners(outcome(RISE, people)) == [("soon", 1)]
    shared = outcome(award("most_improved", ties="share"), people)
    assert winners(shared) == [("soon", 1), ("late", 1)]
