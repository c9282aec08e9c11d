"""The page of an entry's tasks against the field."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from competitions.models import Competition
from competitions.page_context import competition_context
from scoring.asked_board import asked_board
from scoring.pages import in_order
from scoring.selectors import board
from scoring.strengths import MATRIX_ROWS, Strengths, chosen_entry


@require_safe
def strengths(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the tasks of ``?entry=`` (one's own by default) against the field, and all entries."""
    context = competition_context(request, slug, tab="leaderboard")
    competition: Competition = context["competition"]
    split = asked_board(request, competition)
    entries = in_order(board(competition, split, request.user))
    tasks = list(competition.tasks.all())
    found = Strengths(entries, tasks)
    mine = context["participation"]
    entry = chosen_entry(entries, request.GET.get("entry", ""), mine)
    context |= {
        "view": "strengths",
        "split": split,
        "tasks": tasks,
        "entries": entries,
        "entry": entry,
        "is_own": entry is not None and mine is not None and entry.participation_id == mine.pk,
        "strengths": found.of(entry) if entry is not None else [],
        "ranked": sum(each.rank is not None for each in entries),
        "matrix": found.matrix(entries[:MATRIX_ROWS], mine=mine),
        "asked": f"&entry={entry.participation_id}" if entry is not None else "",
        "public_percent": 100 * competition.public_fraction,
    }
    return render(request, "scoring/strengths.html", context)
