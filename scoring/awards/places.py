"""Places within one award: what equal points mean for them, and for a prize of money.

Values are compared with two decimals, as boards compare points. By the rule of the award equal
ones are placed

- EARLIER: one after the other, the earlier submission first;
- SHARE: on the same place, and the next places are skipped (1, 1, 3);
- SPLIT: on all places that they take up together (1 to 2), and money of these is divided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from scoring.awards.facts import Contender
from scoring.awards.rules.base import Measured
from scoring.awards.terms import EARLIER, SPLIT, Terms
from scoring.ranking import Standing, award_order, displayed

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a contender stands: places ``first`` to ``last`` (more than one only under SPLIT).

    ``equals`` counts the contenders with equal values, itself included.
    """

    contender: Contender
    measured: Measured
    first: int
    last: int
    equals: int


def place(terms: Terms, measured: Sequence[tuple[Contender, Measured]]) -> list[Placed]:
    """Place contenders by their measures, best first."""
    standings = [
        Standing(points=each.value, submitted_at=contender.submitted_at)
        for contender, each in measured
    ]
    values = [displayed(each.value) for _, each in measured]
    shared = Counter(values)
    placed: list[Placed] = []
    before, common, free = None, 1, 1
    for index in award_order(standings):
        own = max(free, measured[index][1].best_place)
        if values[index] != before:
            before, common = values[index], own
        first = own if terms.ties == EARLIER else common
        last = first + shared[values[index]] - 1 if terms.ties == SPLIT else first
        placed.append(Placed(*measured[index], first, last, shared[values[index]]))
        free = own + 1
    return placed


def wins(terms: Terms, placed: Placed) -> bool:
    """Tell whether a place is one of the award's."""
    return placed.first <= terms.last and placed.last >= terms.first


def share(terms: Terms, placed: Placed) -> Fraction:
    """Return which part of one place's prize a winner gets; 1 unless it is divided.

    Who takes up places beyond the award's brings no prize along: two equal ones on places 1 to 2
    of an award for place 1 get half of it each.
    """
    if terms.ties != SPLIT:
        return Fraction(1)
    inside = min(placed.last, terms.last) - max(placed.first, terms.first) + 1
    return Fraction(inside, placed.equals)


def amount(terms: Terms, part: Fraction) -> Decimal | None:
    """Return the money for a part of one place, in whole cents, what is over left out."""
    if terms.amount is None:
        return None
    whole = terms.amount * part.numerator / part.denominator
    return whole.quantize(CENT, rounding=ROUND_DOWN)
