"""Whom the organizers chose. Points do not matter, but a counting submission has to be there.

Places are the jury's: nobody moves up where the one before wins nothing.
"""

from __future__ import annotations

from scoring.awards.facts import Contender
from scoring.awards.rules.base import Measured, Outcome, Refused, rule
from scoring.awards.terms import Terms


@rule("jury")
def jury(terms: Terms, contender: Contender) -> Outcome:
    """Measure by the place that the jury gave."""
    chosen = terms.nominations.get(contender.key)
    if chosen is None:
        return Refused("Not chosen by the jury.")
    words = f"by the jury's choice: {chosen.reason.strip().rstrip('.')}"
    return Measured(
        value=-float(chosen.place),
        points=contender.final_points,
        words=words,
        best_place=chosen.place,
    )
