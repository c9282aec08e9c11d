"""Awards in their order: groups, what waits for the organizers, and a reason for everybody."""

from __future__ import annotations

from scoring.awards.decide import decide
from scoring.awards.terms import Nominated, Policy
from tests.scoring.awards.people import award, contender, outcome, why_not, winners


def test_everybody_has_a_grant_or_one_refusal_in_every_award() -> None:
    people = [
        contender("ann", 80.0),
        contender("bob", 70.0),
        contender("none"),
        contender("zero", 0.0),
        contender("gone", 99.0, state="withdrawn"),
    ]
    verdict = outcome(award(), people)
    named = [grant.contender.name for grant in verdict.grants]
    named += [refusal.contender.name for refusal in verdict.refusals]
    assert sorted(named) == ["ann", "bob", "gone", "none", "zero"]
    assert all(refusal.reason for refusal in verdict.refusals)
    assert [refusal.place for refusal in verdict.refusals] == [2, None, None, None]
    assert "the award is for place 1." in why_not(verdict, "bob")


def test_of_a_group_a_team_gets_the_first_award_and_the_next_team_the_others() -> None:
    people = [
        contender("ann", 90.0, task_points={"a": 95.0}),
        contender("bob", 80.0, task_points={"a": 85.0}),
    ]
    awards = [
        award(title="Gold", group="main"),
        award("task_rank", title="Best in A", task="a", task_title="A", group="main"),
        award("task_rank", slug="free", title="Free", task="a", task_title="A"),
    ]
    gold, task, free = decide(awards, people, Policy())
    assert winners(gold) == [("ann", 1)]
    assert winners(task) == [("bob", 1)]
    assert why_not(task, "ann") == "Has “Gold”: of the group “main” a team gets one award."
    assert winners(free) == [("ann", 1)], "an award without a group is open to all"


def test_who_holds_a_better_place_keeps_it_in_the_next_award_of_the_group() -> None:
    people = [contender(name, points) for name, points in (("a", 90.0), ("b", 80.0), ("c", 70.0))]
    awards = [
        award(slug=f"p{place}", title=f"P{place}", first=place, last=place, group="podium")
        for place in (1, 2, 3)
    ]
    verdicts = decide(awards, people, Policy())
    assert [winners(each) for each in verdicts] == [[("a", 1)], [("b", 2)], [("c", 3)]]


def test_a_group_spans_several_winners_of_one_award() -> None:
    people = [contender(name, points) for name, points in (("a", 90.0), ("b", 80.0), ("c", 70.0))]
    awards = [
        award(title="Top", last=2, group="g"),
        award("listed", slug="new", group="g", nominations={p.key: Nominated() for p in people}),
    ]
    top, new = decide(awards, people, Policy())
    assert winners(top) == [("a", 1), ("b", 2)]
    assert winners(new) == [("c", 1)]


def test_what_waits_for_names_says_so() -> None:
    assert outcome(award("jury", title="Elegance"), []).waits == (
        "Choose who gets “Elegance”, and say why."
    )
    assert "list of “Students”" in outcome(award("listed", title="Students"), []).waits
    ann = contender("ann", 50.0)
    filled = award("jury", nominations={ann.key: Nominated(1, "Elegant.")})
    assert outcome(filled, [ann]).waits == ""


def test_nobody_means_no_grant_and_no_fault() -> None:
    assert outcome(award(), []).grants == ()
