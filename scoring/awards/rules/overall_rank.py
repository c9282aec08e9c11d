"""The best by final score."""

from __future__ import annotations

from scoring.awards.facts import Contender
from scoring.awards.rules.base import Outcome, by_points, rule
from scoring.awards.terms import Terms


@rule("overall_rank")
def overall_rank(terms: Terms, contender: Contender) -> Outcome:
    """Measure by the final score."""
    return by_points(contender.final_points, where="overall", words="by final score")
