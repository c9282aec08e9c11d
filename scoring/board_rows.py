"""A board's rows as its page shows them: scores, how sure they are, and who is tied with whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from competitions.kinds.metric_facts import get_metric_facts
from competitions.models import Participation, Task
from competitions.secondary_columns import SECONDARY_COLUMNS
from scoring.models import LeaderboardEntry
from scoring.shown_statistics import EntryStatistics, ToldEntry

_MARGIN = 0.05


@dataclass(frozen=True, slots=True)
class Axis:
    """The points between which a board's intervals are drawn."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A task's cell of a row as it is stored, None without a score. ``tells_value`` where the
    metric's own value says more than points do."""

    title: str
    stored: Mapping[str, Any] | None
    tells_value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One row. ``bracket`` tells its place among tied neighbours: "first", "middle", "last" or "".

    ``shift`` is how many ranks it gained at the close.
    """

    entry: LeaderboardEntry
    told: EntryStatistics
    cells: Sequence[Cell]
    secondary: Sequence[tuple[str, str]]
    bracket: str
    mine: bool

    @property
    def shift(self) -> int | None:
        """Ranks gained (or lost, below 0) from the public board to the private one."""
        if self.told.public_rank is None or self.entry.rank is None:
            return None
        return self.told.public_rank - self.entry.rank


def board_rows(
    told: Iterable[ToldEntry],
    *,
    tasks: Sequence[Task],
    columns: Sequence[str],
    places: Mapping[int, str],
    mine: Participation | None,
) -> list[BoardRow]:
    """Return the rows in the given order; ``columns`` are names of secondary columns, ``places``
    those of tied participations (``bracket_places``)."""
    return [
        BoardRow(
            entry=each.entry,
            told=each.told,
            cells=[_cell(task, each.entry.tasks.get(task.slug)) for task in tasks],
            secondary=[
                (SECONDARY_COLUMNS[name], secondary_text(name, each.told.secondary.get(name)))
                for name in columns
            ],
            bracket=places.get(each.entry.participation_id, ""),
            mine=mine is not None and each.entry.participation_id == mine.pk,
        )
        for each in told
    ]


def _cell(task: Task, stored: Mapping[str, Any] | None) -> Cell:
    facts = get_metric_facts(task.metric)
    is_share = facts.bounded and facts.low == 0
    known = stored is not None and stored.get("value") is not None
    more = stored is not None and ("rounds" in stored or not is_share)
    return Cell(title=task.title, stored=stored, tells_value=known and more)


def secondary_text(name: str, value: float | None) -> str:
    """Return a secondary column's value for people."""
    if value is None:
        return "–"
    return f"{100 * value:.0f} %" if name == "win_rate" else f"{value:g}"


def axis_of(told: Iterable[ToldEntry]) -> Axis:
    """Return the axis that holds every interval and score, with a little room beside them."""
    ends = [
        end
        for each in told
        if each.told.interval is not None and each.entry.final_score is not None
        for end in (each.told.interval.low, each.told.interval.high, each.entry.final_score)
    ]
    if not ends:
        return Axis(0.0, 100.0)
    room = max(0.5, _MARGIN * (max(ends) - min(ends)))
    return Axis(max(0.0, min(ends) - room), min(100.0, max(ends) + room))


def bracket_places(
    board: Iterable[LeaderboardEntry], brackets: Iterable[tuple[int, int]]
) -> dict[int, str]:
    """Return each tied participation's place within its run: "first", "middle" or "last".

    ``board`` holds all ranked entries in their order, ``brackets`` first and last of each run.
    """
    ranked = [entry.participation_id for entry in board if entry.rank is not None]
    at = {participation: place for place, participation in enumerate(ranked)}
    found: dict[int, str] = {}
    for first, last in brackets:
        if first in at and last in at:
            found |= dict.fromkeys(ranked[at[first] : at[last] + 1], "middle")
            found |= {first: "first", last: "last"}
    return found
