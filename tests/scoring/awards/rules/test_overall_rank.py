"""The best by final score."""

from tests.scoring.awards.people import award, contender, outcome, why_not, winners


def test_the_best_final_scores_win_in_their_order() -> None:
    people = [contender("bob", 70.0), contender("ann", 80.456), contender("eve", 60.0)]
    verdict = outcome(award(last=2), people)
    assert winners(verdict) == [("ann", 1), ("bob", 2)]
    assert verdict.grants[0].reason == (
        "Place 1 by final score: 80.46 points on the private test rows."
    )


def test_who_reached_nothing_wins_nothing() -> None:
    people = [contender("none"), contender("zero", 0.0), contender("less", 0.004)]
    verdict = outcome(award(last=3), people)
    assert winners(verdict) == []
    assert why_not(verdict, "none") == "No points overall."
    assert why_not(verdict, "less").startswith("0 points overall")
