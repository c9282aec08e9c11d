"""What would be published now: every grant and every refusal, with its reason."""

from __future__ import annotations

from typing import Any

from competitions.models import Competition, Participation
from scoring.awards.decide import Grant, Verdict, decide, waits
from scoring.awards.eligibility import refusals
from scoring.awards.rules import RULES, Refused
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


def winners(verdicts: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Return who gets what of announced results: all but the reasons."""
    return [
        (verdict["award"], grant["participation"], grant["place"], grant["amount"])
        for verdict in verdicts
        for grant in verdict["grants"]
    ]


def own_refusals(competition: Competition, participation: Participation) -> list[tuple[str, str]]:
    """Return awards (by title) that one participation can't get at present, and why.

    Places behind the winners are no refusal here: the board shows them. What bars from every
    award is told once, under no title.
    """
    (contender,) = contenders_of(competition, only=participation)
    awards = terms_of(competition)
    barred = refusals(contender, policy_of(competition))
    if barred:
        return [("", " ".join(barred))] if awards else []
    outcomes = [(terms, RULES[terms.rule](terms, contender)) for terms in awards]
    return [
        (terms.title, outcome.reason)
        for terms, outcome in outcomes
        if isinstance(outcome, Refused) and not waits(terms)
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
