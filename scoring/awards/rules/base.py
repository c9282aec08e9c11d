"""What a rule is: one function from terms and a contender to a measure, or to a refusal.

To add one, write its file beside this one, name it in ``__init__``, and give it its words in
``competitions.award_sentences``; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scoring.awards.facts import Contender
from scoring.awards.terms import Terms
from scoring.ranking import displayed


@dataclass(frozen=True, slots=True)
class Measured:
    """``value`` is compared (two decimals, higher is better); ``points`` are told, where any are.

    ``words`` follow on the place: “Place 1 …”. ``best_place`` is a place that the contender is not
    put before, where somebody chose it.
    """

    value: float
    points: float | None
    words: str
    best_place: int = 1


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the rule has nothing for a contender."""

    reason: str


Outcome = Measured | Refused
Rule = Callable[[Terms, Contender], Outcome]

RULES: dict[str, Rule] = {}


def rule(name: str) -> Callable[[Rule], Rule]:
    """Register a rule under the name that awards have in their column ``rule``."""

    def registered(measure: Rule) -> Rule:
        if name in RULES:
            raise ValueError(f"two rules are called {name!r}")
        RULES[name] = measure
        return measure

    return registered


def by_points(points: float | None, *, where: str, words: str) -> Outcome:
    """Measure by points of the private rows; what reached nothing wins nothing.

    ``where`` is for the refusal, ``words`` for the reason.
    """
    if points is None:
        return Refused(f"No points {where}.")
    if not displayed(points):
        return Refused(f"0 points {where}: who reached nothing wins nothing.")
    told = f"{words}: {points:.2f} points on the private test rows"
    return Measured(value=points, points=points, words=told)
