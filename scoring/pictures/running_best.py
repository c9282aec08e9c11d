"""When a best score rose, told so that nothing comes out that the board has not told. Pure.

A board tells each participation's best score, and when that submission was entered. So of all
submissions only those are told here that were the best when their score came: one that never led
its own participation stays its people's affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from scoring.ranking import displayed

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One submission's score: when it was entered, and when its score came."""

    entered_at: datetime
    told_at: datetime
    points: float


@dataclass(frozen=True, slots=True)
class Rise:
    """From ``at`` on the best is ``points``, with the digits of boards."""

    at: datetime
    points: float


@dataclass(frozen=True, slots=True)
class FieldRise:
    """A rise of the best of all, and whose it was: a key of ``field_best``'s lines."""

    rise: Rise
    key: int


def running_best(scores: Iterable[Told]) -> list[Rise]:
    """Return when one participation's best rose, the earliest first.

    A score counts that was above all whose scores came before, and above all entered before: a
    submission that was entered early and scored late was never the best.
    """
    by_coming = sorted(scores, key=lambda each: (each.told_at, -each.points))
    led = _rising([(each.points, each) for each in by_coming])
    by_entry = sorted(led, key=lambda each: (each.entered_at, -each.points))
    rising = _rising([(each.points, each) for each in by_entry])
    return [Rise(each.entered_at, displayed(each.points) or 0.0) for each in rising]


def field_best(lines: Mapping[int, Sequence[Rise]]) -> list[FieldRise]:
    """Return when the best of all ``lines`` rose, and by whom; of equals the smaller key."""
    every = [FieldRise(rise, key) for key, rises in lines.items() for rise in rises]
    every.sort(key=lambda each: (each.rise.at, -each.rise.points, each.key))
    return _rising([(each.rise.points, each) for each in every])


def _rising(scored: Iterable[tuple[float, T]]) -> list[T]:
    """Return what is above everything before it, by points as they are displayed."""
    best: float | None = None
    found = []
    for points, each in scored:
        shown = displayed(points) or 0.0
        if best is None or shown > best:
            best = shown
            found.append(each)
    return found
