"""Who gained most from the first scored submission to the counting one, on the private rows.

Gains are differences of points as they are shown, so that everybody can check the subtraction.
"""

from __future__ import annotations

from scoring.awards.facts import Contender
from scoring.awards.rules.base import Measured, Outcome, Refused, rule
from scoring.awards.terms import Terms
from scoring.ranking import DISPLAYED_DECIMALS, displayed


@rule("most_improved")
def most_improved(terms: Terms, contender: Contender) -> Outcome:
    """Measure by the points gained; no gain, no award."""
    now, first = displayed(contender.final_points), displayed(contender.first_points)
    if now is None:
        return Refused("No points overall.")
    if first is None:
        return Refused("The first scored submission is the one that counts.")
    gain = round(now - first, DISPLAYED_DECIMALS)
    if gain <= 0:
        return Refused(f"No gain: from {first:.2f} to {now:.2f} points.")
    words = f"by improvement: from {first:.2f} to {now:.2f} points, {gain:.2f} more"
    return Measured(value=gain, points=now, words=words)
