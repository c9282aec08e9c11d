"""Pages beside the leaderboard: best scores over time, and what entries take."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from competitions.models import Competition
from competitions.page_context import competition_context
from scoring.asked_board import asked_board
from scoring.models import Split
from scoring.pages import in_order
from scoring.selectors import board
from submissions.board_efficiency import asked_measure, placed_entries, told_measures
from submissions.board_history import board_history


@require_safe
def over_time(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how the best public scores rose; from the close on with the final ones."""
    context = competition_context(request, slug, tab="leaderboard")
    competition: Competition = context["competition"]
    closed = competition.state == Competition.State.CLOSED
    public = in_order(board(competition, Split.PUBLIC, request.user))
    private = board(competition, Split.PRIVATE, request.user) if closed else []
    context |= {
        "view": "over_time",
        "history": board_history(
            public,
            private,
            mine=context["participation"],
            until=competition.closed_at or timezone.now(),
        ),
        "public_percent": 100 * competition.public_fraction,
    }
    return render(request, "submissions/over_time.html", context)


@require_safe
def board_efficiency(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the final points of all entries against ``?by=``, with the Pareto front."""
    context = competition_context(request, slug, tab="leaderboard")
    competition: Competition = context["competition"]
    split = asked_board(request, competition)
    entries = in_order(board(competition, split, request.user))
    measure = asked_measure(competition, request.GET.get("by", ""))
    placed = placed_entries(entries, measure, mine=context["participation"])
    context |= {
        "view": "efficiency",
        "split": split,
        "measure": measure,
        "measures": told_measures(competition),
        "placed": placed,
        "entered": len(entries),
        "left_out": len(entries) - len(placed),
        "public_percent": 100 * competition.public_fraction,
    }
    return render(request, "submissions/board_efficiency.html", context)
