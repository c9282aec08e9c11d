"""Each task of an entry against the field: the ranked entries of the same board.

All of it is worked out from what the board's rows tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from competitions.models import Participation, Task
from scoring.models import LeaderboardEntry
from scoring.pictures.field import Field, field_of
from scoring.ranking import displayed

MATRIX_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStrength:
    """One task of one entry: its points among the field's. ``place`` is None for baselines."""

    title: str
    field: Field
    points: float
    failed: bool
    place: int | None
    win_rate: float | None
    quarter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One entry with its cell in each task; None where it has no score there."""

    entry: LeaderboardEntry
    cells: tuple[TaskStrength | None, ...]
    mine: bool


class Strengths:
    """The fields of all tasks of one board, with its ``entries`` in their order."""

    def __init__(self, entries: Sequence[LeaderboardEntry], tasks: Sequence[Task]) -> None:
        self._tasks = tasks
        ranked = [entry for entry in entries if entry.rank is not None]
        self._fields = {task.slug: field_of(_all_points(ranked, task)) for task in tasks}

    def of(self, entry: LeaderboardEntry) -> list[TaskStrength]:
        """Return the entry's tasks that have a score, in their order."""
        return [each for each in self._cells(entry) if each is not None]

    def matrix(
        self, entries: Sequence[LeaderboardEntry], *, mine: Participation | None
    ) -> list[MatrixRow]:
        """Return a row for each entry."""
        return [
            MatrixRow(
                entry=entry,
                cells=tuple(self._cells(entry)),
                mine=mine is not None and entry.participation_id == mine.pk,
            )
            for entry in entries
        ]

    def _cells(self, entry: LeaderboardEntry) -> list[TaskStrength | None]:
        return [
            _strength(task, entry, entry.tasks.get(task.slug), self._fields[task.slug])
            for task in self._tasks
        ]


def chosen_entry(
    entries: Sequence[LeaderboardEntry], asked: str, mine: Participation | None
) -> LeaderboardEntry | None:
    """Return the entry whose participation ``asked`` names; else the viewer's own, else the first.

    None on an empty board.
    """
    by_key = {str(entry.participation_id): entry for entry in entries}
    own = by_key.get(str(mine.pk)) if mine is not None else None
    return by_key.get(asked) or own or next(iter(entries), None)


def _strength(
    task: Task, entry: LeaderboardEntry, cell: dict[str, Any] | None, field: Field | None
) -> TaskStrength | None:
    points = _points(cell)
    if cell is None or points is None or field is None:
        return None
    ranked = entry.rank is not None
    return TaskStrength(
        title=task.title,
        field=field,
        points=points,
        failed=bool(cell.get("failed")),
        place=field.place(points) if ranked else None,
        win_rate=field.win_rate(points, ranked=ranked),
        quarter=field.quarter(points),
    )


def _all_points(entries: Sequence[LeaderboardEntry], task: Task) -> list[float]:
    found = (_points(entry.tasks.get(task.slug)) for entry in entries)
    return [points for points in found if points is not None]


def _points(cell: dict[str, Any] | None) -> float | None:
    """Return a cell's points as boards show them; those of a failed task are 0."""
    if cell is None:
        return None
    return 0.0 if cell.get("failed") else displayed(cell.get("points"))
