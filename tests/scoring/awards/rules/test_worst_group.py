"""The best on its own worst subgroup."""

from tests.scoring.awards.people import award, contender, outcome, why_not, winners

FAIR = award("worst_group", task="a", task_title="Films", slice_name="dialect")
SLICE = ("a", "dialect")


def test_the_highest_minimum_wins_over_the_higher_mean() -> None:
    people = [
        contender(
            "mean", 90.0, task_points={"a": 90.0}, group_points={SLICE: {"north": 99, "south": 50}}
        ),
        contender(
            "even", 70.0, task_points={"a": 70.0}, group_points={SLICE: {"north": 71, "south": 69}}
        ),
    ]
    verdict = outcome(FAIR, people)
    assert winners(verdict) == [("even", 1)]
    assert "in the group “south” of “dialect”, its worst" in verdict.grants[0].reason
    assert "69.00 points" in verdict.grants[0].reason
    assert why_not(verdict, "mean").startswith("Place 2 ")


def test_a_failed_task_and_a_slice_without_groups_are_refused() -> None:
    people = [
        contender("failed", 50.0, task_points={"a": None}, group_points={SLICE: {"north": 9}}),
        contender("small", 50.0, task_points={"a": 50.0}),
        contender("zero", 50.0, task_points={"a": 50.0}, group_points={SLICE: {"n": 0, "s": 80}}),
    ]
    verdict = outcome(FAIR, people)
    assert winners(verdict) == []
    assert why_not(verdict, "failed") == "No points in “Films”."
    assert why_not(verdict, "small") == "No group of the slice “dialect” has rows enough."
    assert why_not(verdict, "zero").startswith("0 points in the group “n”")


def test_equal_worst_groups_go_by_the_tie_rule() -> None:
    people = [
        contender(
            name, 1.0, day=day, task_points={"a": 1.0}, group_points={SLICE: {"n": 40, "s": top}}
        )
        for name, day, top in (("late", 1, 90), ("soon", 0, 41))
    ]
    assert winners(outcome(FAIR, people)) == [("soon", 1)]
