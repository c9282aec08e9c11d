"""Who gets which award, and why everybody else does not: pure, for previews and for the ceremony.

Awards are decided in their order. Where several are of one group, a team gets the first of them
only, and the next team moves up in the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scoring.awards.eligibility import refusals
from scoring.awards.facts import Contender
from scoring.awards.places import Placed, amount, place, share, wins
from scoring.awards.reasons import behind_words, grant_words
from scoring.awards.rules import RULES, Measured, Refused
from scoring.awards.terms import Policy, Terms

CHOSEN = frozenset({"listed", "jury"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One award goes to one contender. ``points`` are None where the rule has none to tell.

    ``place`` to ``last_place`` are more than one where a divided prize is shared; ``part`` is the
    part of one place's prize, ``amount`` its money.
    """

    contender: Contender
    place: int
    last_place: int
    points: float | None
    part: Fraction
    amount: Decimal | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a contender does not get an award; ``place`` where it has one behind the winners."""

    contender: Contender
    place: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All about one award. ``waits`` says what the organizers have still to do, or nothing."""

    terms: Terms
    grants: tuple[Grant, ...]
    refusals: tuple[Refusal, ...]
    waits: str


def decide(
    awards: Iterable[Terms], contenders: Sequence[Contender], policy: Policy
) -> list[Verdict]:
    """Decide every award, in the order given."""
    held: dict[str, dict[int, str]] = {}
    verdicts = []
    barred = {each.key: refusals(each, policy) for each in contenders}
    for terms in awards:
        holders = held.setdefault(terms.group, {}) if terms.group else {}
        verdict = _decide(terms, contenders, barred, holders)
        holders.update({grant.contender.key: terms.title for grant in verdict.grants})
        verdicts.append(verdict)
    return verdicts


def _decide(
    terms: Terms,
    contenders: Sequence[Contender],
    barred: Mapping[int, tuple[str, ...]],
    holders: Mapping[int, str],
) -> Verdict:
    measured: list[tuple[Contender, Measured]] = []
    refused: list[Refusal] = []
    for each in contenders:
        outcome = _measure(terms, each, barred[each.key])
        if isinstance(outcome, Measured):
            measured.append((each, outcome))
        else:
            refused.append(Refusal(contender=each, place=None, reason=outcome.reason))
    placed = place(terms, measured)
    while passed := {
        each.contender.key for each in placed if wins(terms, each) and each.contender.key in holders
    }:
        refused += [
            Refusal(contender=each, place=None, reason=_has_one(terms, holders[each.key]))
            for each, _ in measured
            if each.key in passed
        ]
        measured = [pair for pair in measured if pair[0].key not in passed]
        placed = place(terms, measured)
    behind = [each for each in placed if not wins(terms, each)]
    return Verdict(
        terms=terms,
        grants=tuple(_grant(terms, each) for each in placed if wins(terms, each)),
        refusals=(
            *(
                Refusal(contender=x.contender, place=x.first, reason=behind_words(terms, x))
                for x in behind
            ),
            *refused,
        ),
        waits=waits(terms),
    )


def _measure(terms: Terms, contender: Contender, barred: tuple[str, ...]) -> Measured | Refused:
    if barred:
        return Refused(" ".join(barred))
    return RULES[terms.rule](terms, contender)


def _grant(terms: Terms, placed: Placed) -> Grant:
    part = share(terms, placed)
    money = amount(terms, part)
    return Grant(
        contender=placed.contender,
        place=placed.first,
        last_place=placed.last,
        points=placed.measured.points,
        part=part,
        amount=money,
        reason=grant_words(terms, placed, part, money),
    )


def _has_one(terms: Terms, title: str) -> str:
    return f"Has “{title}”: of the group “{terms.group}” a team gets one award."


def waits(terms: Terms) -> str:
    """Say what an award still needs from the organizers, or nothing."""
    if terms.rule not in CHOSEN or terms.nominations:
        return ""
    if terms.rule == "jury":
        return f"Choose who gets “{terms.title}”, and say why."
    return f"Put names on the list of “{terms.title}”."
