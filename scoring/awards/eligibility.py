"""Who may win anything at all. Each refusal says why, in the order in which it is looked at."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.awards.facts import Contender
from scoring.awards.terms import Policy


def refusals(contender: Contender, policy: Policy) -> tuple[str, ...]:
    """Return every reason why a contender wins nothing; none means eligible."""
    return tuple(_refusals(contender, policy))


def _refusals(contender: Contender, policy: Policy) -> Iterator[str]:
    if contender.state == "disqualified":
        yield "Disqualified" + (f": {contender.ruling}" if contender.ruling else ".")
    elif contender.state != "active":
        yield "Withdrawn."
    if contender.is_baseline:
        yield "A baseline wins nothing."
    if contender.organizes:
        yield "An organizer of the competition takes part in it."
    if not contender.rules_accepted:
        yield "The rules were not accepted."
    if policy.verified_address and contender.unverified:
        yield f"No confirmed e-mail address: {', '.join(contender.unverified)}."
    if not contender.on_board:
        if contender.state == "active":
            yield "No submission has a score."
        return
    if policy.declared_data and not contender.training_data.strip():
        yield "The counting submission does not declare its training data (training_data)."
