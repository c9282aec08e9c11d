"""How the best scores of a board rose over time, as everybody may know it.

Of others' submissions only those come in here that led their participation when their score came
(``scoring.pictures.running_best``): each once stood on the board, with the same points and time.
After a rescoring all of it is told in the new points.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from competitions.models import Participation
from scoring.models import LeaderboardEntry
from scoring.pictures.running_best import FieldRise, Rise, Told, field_best, running_best
from scoring.selectors import public_final_scores
from submissions.models import Submission

MOST_DRAWN = 10
MOST_BASELINES = 4
MOST_ROWS = 200
_NOT_COUNTED = ("failed", "cancelled", "refused")
# Databases bound how many values one question may name.
_AT_ONCE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One participation's running best. ``letter`` names it in the picture; ``final`` is its
    counting submission on the private board, once that is told."""

    letter: str
    name: str
    entry: LeaderboardEntry
    rises: tuple[Rise, ...]
    mine: bool
    baseline: bool
    final: Rise | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One moment of the table: whose best rose, and whether it then was the best of all."""

    rise: Rise
    name: str
    letter: str
    mine: bool
    baseline: bool
    leads: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """``best`` are the moments at which the best of all ranked entries rose; ``rows`` the latest
    moments of all that is drawn, the newest first; ``until`` is where lines end."""

    lines: tuple[Line, ...]
    best: tuple[FieldRise, ...]
    rows: tuple[HistoryRow, ...]
    more_rows: int
    entered: int
    until: datetime

    @property
    def start(self) -> datetime:
        """The first moment of all."""
        return min(line.rises[0].at for line in self.lines)


def board_history(
    public: Sequence[LeaderboardEntry],
    private: Sequence[LeaderboardEntry],
    *,
    mine: Participation | None,
    until: datetime,
) -> History | None:
    """Return the history of a public board with ``public`` entries in their order.

    ``private`` are the private board's, empty while it is not told. None before the first score.
    """
    rises = _rises([entry.participation_id for entry in public])
    entries = [entry for entry in public if rises.get(entry.participation_id)]
    if not entries:
        return None
    names = {entry.participation_id: entry.participation.display_name for entry in entries}
    ranked = [entry for entry in entries if entry.rank is not None]
    best = field_best({entry.participation_id: rises[entry.participation_id] for entry in ranked})
    lines = _lines(entries, private, rises, mine)
    rows = _rows(lines, best, names)
    return History(
        lines=tuple(lines),
        best=tuple(best),
        rows=tuple(rows[:MOST_ROWS]),
        more_rows=max(0, len(rows) - MOST_ROWS),
        entered=len(ranked),
        until=max(until, *(rise.at for line in lines for rise in line.rises)),
    )


def _rises(participations: Sequence[int]) -> dict[int, list[Rise]]:
    found: dict[int, list[Told]] = defaultdict(list)
    rows = Submission.objects.filter(participation__in=participations)
    rows = rows.exclude(state__in=_NOT_COUNTED)
    facts = list(rows.values_list("pk", "participation_id", "created_at", "ended_at"))
    points = _points([pk for pk, *_ in facts])
    for pk, participation, entered, ended in facts:
        if pk in points:
            told = Told(entered_at=entered, told_at=ended or entered, points=points[pk])
            found[participation].append(told)
    return {participation: running_best(scores) for participation, scores in found.items()}


def _points(submissions: Sequence[uuid.UUID]) -> dict[uuid.UUID, float]:
    found: dict[uuid.UUID, float] = {}
    for start in range(0, len(submissions), _AT_ONCE):
        found |= public_final_scores(submissions[start : start + _AT_ONCE])
    return found


def _lines(
    entries: Sequence[LeaderboardEntry],
    private: Sequence[LeaderboardEntry],
    rises: Mapping[int, Sequence[Rise]],
    mine: Participation | None,
) -> list[Line]:
    ranked = [entry for entry in entries if entry.rank is not None]
    baselines = [entry for entry in entries if entry.participation.is_baseline]
    own = [entry for entry in ranked[MOST_DRAWN:] if mine and entry.participation_id == mine.pk]
    finals = {entry.participation_id: entry for entry in private}
    drawn = [*ranked[:MOST_DRAWN], *own, *baselines[:MOST_BASELINES]]
    return [
        Line(
            letter=letter,
            name=entry.participation.display_name,
            entry=entry,
            rises=tuple(rises[entry.participation_id]),
            mine=mine is not None and entry.participation_id == mine.pk,
            baseline=entry.participation.is_baseline,
            final=_final(finals.get(entry.participation_id)),
        )
        for letter, entry in zip(_letters(), drawn, strict=False)
    ]


def _letters() -> Iterator[str]:
    return iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _final(entry: LeaderboardEntry | None) -> Rise | None:
    if entry is None or entry.final_score is None:
        return None
    return Rise(entry.submitted_at, round(entry.final_score, 2))


def _rows(
    lines: Sequence[Line], best: Sequence[FieldRise], names: Mapping[int, str]
) -> list[HistoryRow]:
    """Return the moments of the lines, and those of others that led all, the newest first."""
    led = {(each.key, each.rise) for each in best}
    rows = [
        HistoryRow(
            rise=rise,
            name=line.name,
            letter=line.letter,
            mine=line.mine,
            baseline=line.baseline,
            leads=(line.entry.participation_id, rise) in led,
        )
        for line in lines
        for rise in line.rises
    ]
    drawn = {line.entry.participation_id for line in lines}
    rows += [
        HistoryRow(
            rise=each.rise, name=names[each.key], letter="", mine=False, baseline=False, leads=True
        )
        for each in best
        if each.key not in drawn
    ]
    return sorted(rows, key=lambda row: (row.rise.at, row.rise.points), reverse=True)
