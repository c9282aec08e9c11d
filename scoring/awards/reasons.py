"""Reasons in words: why a contender has an award, and how far behind another one is."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from scoring.awards.facts import Contender
from scoring.awards.places import Placed
from scoring.awards.terms import EARLIER, SPLIT, Terms

_BY_FINAL_SCORE = frozenset({"overall_rank", "constraints", "listed"})


def grant_words(terms: Terms, placed: Placed, part: Fraction, money: Decimal | None) -> str:
    """Say on which place and by what, what became of equal points, and how certain it is."""
    parts = [f"{_places(placed)} {placed.measured.words}.", _equals(terms, placed)]
    if terms.ties == SPLIT and part != 1:
        parts.append(f"Its share: {part} of {terms.amount} {terms.currency}, {money}.")
    if terms.rule in _BY_FINAL_SCORE:
        parts.append(_certainty(placed.contender))
    return " ".join(part for part in parts if part)


def behind_words(terms: Terms, placed: Placed) -> str:
    """Say on which place who gets nothing stands, and which places the award is for."""
    goes = f"place {terms.first}"
    if terms.last != terms.first:
        goes = f"places {terms.first} to {terms.last}"
    return f"{_places(placed)} {placed.measured.words}; the award is for {goes}."


def _places(placed: Placed) -> str:
    if placed.first == placed.last:
        return f"Place {placed.first}"
    return f"Places {placed.first} to {placed.last}"


def _equals(terms: Terms, placed: Placed) -> str:
    others = placed.equals - 1
    if not others:
        return ""
    if terms.ties == EARLIER:
        return f"Equal with {others} more; the earlier submission goes first."
    return f"Equal with {others} more, who share the place."


def _certainty(contender: Contender) -> str:
    """Name statistical ties. They change nothing: equal points alone are a tie."""
    best, worst = contender.rank_best, contender.rank_worst
    if best is None or worst is None or best == worst:
        return ""
    return (
        f"Statistically it can't be told from its neighbours: its rank set on the whole board is "
        f"{best} to {worst}."
    )
