"""The best in one task."""

from tests.scoring.awards.people import award, contender, outcome, why_not, winners

BEST = award("task_rank", task="a", task_title="Films")


def test_points_of_the_task_decide_alone() -> None:
    people = [
        contender("ann", 90.0, task_points={"a": 50.0, "b": 99.0}),
        contender("bob", 10.0, task_points={"a": 60.0}),
    ]
    verdict = outcome(BEST, people)
    assert winners(verdict) == [("bob", 1)]
    assert verdict.grants[0].reason == (
        "Place 1 in “Films”: 60.00 points on the private test rows."
    )


def test_a_failed_task_has_no_points_and_wins_nothing() -> None:
    people = [contender("ann", 90.0, task_points={"a": None}), contender("bob", 80.0)]
    verdict = outcome(BEST, people)
    assert winners(verdict) == []
    assert why_not(verdict, "ann") == "No points in “Films”."


def test_ties_in_the_task_go_by_the_tie_rule() -> None:
    people = [contender("late", 9.0, day=1, task_points={"a": 5.0})]
    people += [contender("soon", 1.0, task_points={"a": 5.0})]
    assert winners(outcome(BEST, people)) == [("soon", 1)]
