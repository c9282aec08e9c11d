"""Pages of boards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from competitions.kinds.metric_facts import get_metric_facts
from competitions.models import Competition, Participation, Task
from competitions.page_context import competition_context
from competitions.secondary_columns import SECONDARY_COLUMNS
from publications.selectors import head
from scoring.asked_board import asked_board
from scoring.board_rows import axis_of, board_rows, bracket_places
from scoring.models import LeaderboardEntry
from scoring.old_boards import published_rescorings
from scoring.ranking import displayed
from scoring.selectors import board
from scoring.shown_statistics import (
    ShownBoardStatistics,
    TaskDifference,
    board_statistics,
    told_entries,
)

ROWS_PER_PAGE = 100


@require_safe
def leaderboard(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the public board; from the close on the private one, with the public one beside it."""
    context = competition_context(request, slug, tab="leaderboard")
    competition: Competition = context["competition"]
    split = asked_board(request, competition)
    entries = in_order(board(competition, split, request.user))
    tasks = list(competition.tasks.all())
    page = Paginator(entries, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    statistics = board_statistics(competition, split, entries)
    told = told_entries(page, competition)
    secondary = [name for name in SECONDARY_COLUMNS if name in competition.secondary_columns]
    context |= {
        "view": "leaderboard",
        "split": split,
        "page": page,
        "columns": _columns(tasks, entries),
        "secondary": [SECONDARY_COLUMNS[name] for name in secondary],
        "rows": board_rows(
            told,
            tasks=tasks,
            columns=secondary,
            places=bracket_places(entries, statistics.brackets) if statistics else {},
            mine=context["participation"],
        ),
        "axis": axis_of(told),
        "decimals": 2 if competition.state == Competition.State.CLOSED else 1,
        "statistics": statistics,
        "differences": _differences(statistics, tasks),
        "own": _own_place(entries, context["participation"]),
        "public_percent": 100 * competition.public_fraction,
        "rescorings": published_rescorings(competition),
        "log_head": head(),
    }
    return render(request, "scoring/leaderboard.html", context)


def in_order(entries: Iterable[LeaderboardEntry]) -> list[LeaderboardEntry]:
    """Return a board's rows as pages show them: unranked baselines stand between the entries that
    they lie between, and what has no score comes last."""
    return sorted(entries, key=_order)


def _order(entry: LeaderboardEntry) -> tuple[bool, float, datetime]:
    score = displayed(entry.final_score)
    return score is None, -(score or 0.0), entry.submitted_at


def _columns(tasks: Iterable[Task], entries: Iterable[LeaderboardEntry]) -> list[dict[str, str]]:
    return [
        {
            "slug": task.slug,
            "title": task.title,
            "metric": get_metric_facts(task.metric).title,
            "rounds": _rounds(task, entries),
        }
        for task in tasks
    ]


def _rounds(task: Task, entries: Iterable[LeaderboardEntry]) -> str:
    """Say how many seeds or experiments the values of a task are means of; "" where of none."""
    cells = (entry.tasks.get(task.slug, {}) for entry in entries)
    found = next((cell for cell in cells if "rounds" in cell), None)
    return f"{found['rounds']} {found['of']}" if found else ""


def _differences(
    statistics: ShownBoardStatistics | None, tasks: Iterable[Task]
) -> list[tuple[str, TaskDifference]]:
    """Return the smallest difference that each task can tell, by its title."""
    found = {each.task: each for each in statistics.differences} if statistics else {}
    return [(task.title, found[task.slug]) for task in tasks if task.slug in found]


def _own_place(
    entries: list[LeaderboardEntry], mine: Participation | None
) -> dict[str, Any] | None:
    """Return the viewer's own entry and the page that it stands on."""
    if mine is None:
        return None
    for index, entry in enumerate(entries):
        if entry.participation_id == mine.pk:
            return {"entry": entry, "page": index // ROWS_PER_PAGE + 1}
    return None
