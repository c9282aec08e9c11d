"""How much of intervals, tests and rank sets is told, and when.

While a competition runs, each further digit about the public rows helps whoever fits them. So ends
of intervals are rounded to a tenth of a point, outwards, that they hold what they claim; a test is
told as tied or not tied; and where shown scores are rounded to a step, so are the intervals. From
the close on all is told with the digits of points (docs/security.md, the budget of leaks).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from competitions.models import Competition
from scoring.models import BoardStatistics, LeaderboardEntry
from scoring.ranking import DISPLAYED_DECIMALS, displayed
from scoring.services.board_statistics import board_digest
from scoring.statistics.budgets import LEVEL

STEP = 0.1
_DECIMALS = 1
_P_DECIMALS = 4
# What floor and ceil forgive: 0.3 / 0.1 is not 3.
_HAIR = 1e-9


@dataclass(frozen=True, slots=True)
class ShownInterval:
    """Both ends in points, as they may be told."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryStatistics:
    """What may be told of one entry beside its score.

    ``tied_with_next`` is None for the last entry, and while it is not computed yet; ``p_next`` and
    ``public_rank`` come with the close.
    """

    interval: ShownInterval | None = None
    tasks: dict[str, ShownInterval] = field(default_factory=dict)
    rank_best: int | None = None
    rank_worst: int | None = None
    tied_with_next: bool | None = None
    p_next: float | None = None
    public_rank: int | None = None
    secondary: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToldEntry:
    """A board's row with what may be told of it now."""

    entry: LeaderboardEntry
    told: EntryStatistics


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDifference:
    """The smallest difference in points that a task can tell, with 80 % power.

    ``assumed`` where no two entries could be compared yet, and the worst case was taken.
    """

    task: str
    rows: int
    groups: int | None
    points: float | None
    assumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBoardStatistics:
    """What may be told of a board. ``current`` is False while new numbers are on their way; then
    there are no brackets. ``brackets`` are runs of tied neighbours: first and last participation.
    """

    current: bool
    level: float
    version: str
    compared: int
    resamples: int | None
    test: str
    brackets: tuple[tuple[int, int], ...]
    differences: tuple[TaskDifference, ...]


def shown_interval(
    low: float | None, high: float | None, competition: Competition
) -> ShownInterval | None:
    """Return an interval as it may be told now; None where there is none."""
    if low is None or high is None:
        return None
    if competition.state == Competition.State.CLOSED:
        return ShownInterval(displayed(low) or 0.0, displayed(high) or 0.0)
    step = _step(competition)
    return ShownInterval(
        max(0.0, round(math.floor(low / step + _HAIR) * step, 6)),
        min(100.0, round(math.ceil(high / step - _HAIR) * step, 6)),
    )


def interval_decimals(competition: Competition) -> int:
    """Return with how many decimals ends of intervals are written now."""
    return DISPLAYED_DECIMALS if competition.state == Competition.State.CLOSED else _DECIMALS


def entry_statistics(entry: LeaderboardEntry, competition: Competition) -> EntryStatistics:
    """Return what may be told of a board's row now. Whether the board may be told is the caller's
    question."""
    closed = competition.state == Competition.State.CLOSED
    intervals = {
        slug: shown_interval(cell.get("low"), cell.get("high"), competition)
        for slug, cell in entry.tasks.items()
    }
    return EntryStatistics(
        interval=shown_interval(entry.low, entry.high, competition),
        tasks={slug: each for slug, each in intervals.items() if each is not None},
        rank_best=entry.rank_best,
        rank_worst=entry.rank_worst,
        tied_with_next=None if entry.p_next is None else entry.p_next > 1 - LEVEL + _HAIR,
        p_next=round(entry.p_next, _P_DECIMALS) if closed and entry.p_next is not None else None,
        public_rank=entry.public_rank if closed else None,
        secondary=entry.secondary,
    )


def told_entries(entries: Iterable[LeaderboardEntry], competition: Competition) -> list[ToldEntry]:
    """Return a board's rows, each with what may be told of it now."""
    return [ToldEntry(entry, entry_statistics(entry, competition)) for entry in entries]


def board_statistics(
    competition: Competition, split: str, entries: Iterable[LeaderboardEntry]
) -> ShownBoardStatistics | None:
    """Return what may be told of a board with ``entries`` now; None before anything was computed.

    Whether the board may be told is the caller's question.
    """
    stored = BoardStatistics.objects.filter(competition=competition, board=split).first()
    if stored is None:
        return None
    current = stored.entries_sha256 == board_digest(entries, competition)
    facts = stored.facts
    closed = competition.state == Competition.State.CLOSED
    brackets = [(first, last) for first, last in facts["brackets"]] if current else []
    return ShownBoardStatistics(
        current=current,
        level=LEVEL,
        version=facts["version"],
        compared=facts["entries"],
        resamples=facts.get("rank_sets", {}).get("resamples"),
        test=facts.get("test", {}).get("method", ""),
        brackets=tuple(brackets),
        differences=tuple(_difference(slug, each, closed) for slug, each in facts["tasks"].items()),
    )


def _difference(slug: str, facts: dict[str, Any], closed: bool) -> TaskDifference:
    points = facts["detectable"]["points"]
    return TaskDifference(
        task=slug,
        rows=facts["rows"],
        groups=facts["units"] if facts["grouped"] else None,
        points=None if points is None else round(points, 2 if closed else _DECIMALS),
        assumed=facts["detectable"]["assumed"],
    )


def _step(competition: Competition) -> float:
    if competition.board_guard == Competition.Guard.ROUNDING:
        return max(STEP, competition.guard_step)
    return STEP
