"""The best by final score among those on the organizers' list."""

from __future__ import annotations

from scoring.awards.facts import Contender
from scoring.awards.rules.base import Outcome, Refused, by_points, rule
from scoring.awards.terms import Terms


@rule("listed")
def listed(terms: Terms, contender: Contender) -> Outcome:
    """Measure by the final score; refuse who is not on the list."""
    if contender.key not in terms.nominations:
        return Refused("Not on the organizers' list.")
    words = "by final score among those on the organizers' list"
    return by_points(contender.final_points, where="overall", words=words)
