"""Contenders for tests of the awards engine, one a line."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from scoring.awards.decide import Verdict, decide
from scoring.awards.facts import Contender
from scoring.awards.terms import Policy, Terms

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_count = itertools.count(1)


def contender(name: str, points: float | None = None, **facts: Any) -> Contender:
    """Make a contender; later ones submitted later, unless ``day`` says when."""
    key = next(_count)
    moment = _BEGIN + timedelta(days=facts.pop("day", 0), seconds=key)
    return Contender(
        key=facts.pop("key", key),
        name=name,
        submitted_at=facts.pop("submitted_at", moment),
        final_points=points,
        **facts,
    )


def award(rule: str = "overall_rank", **terms: Any) -> Terms:
    """Make an award for place 1."""
    terms.setdefault("slug", rule)
    return Terms(title=terms.pop("title", rule), rule=rule, **terms)


def outcome(terms: Terms, people: list[Contender], **policy: bool) -> Verdict:
    """Decide one award."""
    (verdict,) = decide([terms], people, Policy(**policy))
    return verdict


def winners(verdict: Verdict) -> list[tuple[str, int]]:
    """Return names and places."""
    return [(grant.contender.name, grant.place) for grant in verdict.grants]


def why_not(verdict: Verdict, name: str) -> str:
    """Return the reason of a refusal."""
    (found,) = [each.reason for each in verdict.refusals if each.contender.name == name]
    return found
