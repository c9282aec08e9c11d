"""The best of an organizers' list."""

from scoring.awards.terms import Nominated
from tests.scoring.awards.people import award, contender, outcome, why_not, winners


def test_the_best_on_the_list_wins() -> None:
    pro, student, other = contender("pro", 90.0), contender("stu", 60.0), contender("oth", 50.0)
    terms = award("listed", nominations={student.key: Nominated(), other.key: Nominated()})
    verdict = outcome(terms, [pro, student, other])
    assert winners(verdict) == [("stu", 1)]
    assert why_not(verdict, "pro") == "Not on the organizers' list."


def test_who_is_listed_still_needs_points_and_to_be_eligible() -> None:
    people = [contender("zero", 0.0), contender("out", 90.0, state="disqualified")]
    terms = award("listed", nominations={each.key: Nominated() for each in people})
    assert winners(outcome(terms, people)) == []


def test_equal_points_on_the_list_go_by_the_tie_rule() -> None:
    people = [contender("late", 50.0, day=1), contender("soon", 50.0)]
    terms = award("listed", nominations={each.key: Nominated() for each in people})
    assert winners(outcome(terms, people)) == [("soon", 1)]
