"""What would be published now: every grant and every refusal, with its reason."""

from __future__ import annotations

from typing import Any

from competitions.models import Competition
from scoring.awards.decide import Grant, Verdict, decide
from scoring.ranking import DISPLAYED_DECIMALS
from scoring.services.award_facts import contenders_of, policy_of, terms_of


def preview_awards(*, competition: Competition) -> list[Verdict]:
    """Decide every award on the stored private board, in the awards' order."""
    return decide(terms_of(competition), contenders_of(competition), policy_of(competition))


def as_announced(verdicts: list[Verdict]) -> list[dict[str, Any]]:
    """Return what provisional results tell everybody: winners with their reasons, in JSON values.

    ``[{"award": slug, "waits": bool, "grants": [{"participation", "participant", "place",
    "last_place", "points", "amount", "reason"}]}]``. Refusals are for organizers: they may be about
    people.
    """
    return [
        {
            "award": verdict.terms.slug,
            "waits": bool(verdict.waits),
            "grants": [_announced(grant) for grant in verdict.grants],
        }
        for verdict in verdicts
    ]


def _announced(grant: Grant) -> dict[str, Any]:
    return {
        "participation": grant.contender.key,
        "participant": grant.contender.name,
        "place": grant.place,
        "last_place": grant.last_place,
        "points": None if grant.points is None else round(grant.points, DISPLAYED_DECIMALS),
        "amount": None if grant.amount is None else str(grant.amount),
        "reason": grant.reason,
    }
