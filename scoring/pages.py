"""Pages of boards and awards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from competitions.award_sentences import rule_sentence
from competitions.kinds.metric_facts import get_metric_facts
from competitions.models import Competition, Participation, Task
from competitions.page_context import competition_context
from scoring.models import AwardGrant, LeaderboardEntry, Split
from scoring.ranking import displayed
from scoring.selectors import board, granted_awards

ROWS_PER_PAGE = 100


@require_safe
def leaderboard(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the public board; from the close on the private one, with the public one beside it."""
    context = competition_context(request, slug, tab="leaderboard")
    competition: Competition = context["competition"]
    split = _asked_split(request, competition)
    entries = sorted(board(competition, split, request.user), key=_order)
    tasks = list(competition.tasks.all())
    page = Paginator(entries, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context |= {
        "split": split,
        "page": page,
        "columns": _columns(tasks, entries),
        "rows": [_row(entry, tasks, context["participation"]) for entry in page],
        "own": _own_place(entries, context["participation"]),
        "public_percent": 100 * competition.public_fraction,
    }
    return render(request, "scoring/leaderboard.html", context)


def _asked_split(request: HttpRequest, competition: Competition) -> Split:
    closed = competition.state == Competition.State.CLOSED
    asked = request.GET.get("board", "private" if closed else "public")
    return Split.PRIVATE if asked == "private" else Split.PUBLIC


def _order(entry: LeaderboardEntry) -> tuple[bool, float, datetime]:
    """Put unranked baselines between the entries that they lie between; nothing sorts last."""
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


def _row(
    entry: LeaderboardEntry, tasks: Iterable[Task], mine: Participation | None
) -> dict[str, Any]:
    return {
        "entry": entry,
        "cells": [_cell(task, entry.tasks.get(task.slug)) for task in tasks],
        "mine": mine is not None and entry.participation_id == mine.pk,
    }


def _cell(task: Task, stored: dict[str, Any] | None) -> dict[str, Any]:
    """``tells_value`` where the metric's own value says more than points do."""
    facts = get_metric_facts(task.metric)
    is_share = facts.bounded and facts.low == 0
    more = stored is not None and ("rounds" in stored or not is_share)
    return {"title": task.title, "stored": stored, "tells_value": more}


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


@require_safe
def awards(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the announced prizes, and from the close on who won them."""
    context = competition_context(request, slug, tab="awards")
    competition: Competition = context["competition"]
    grants = _grants(competition)
    context["awards"] = [
        {"award": award, "rule": rule_sentence(award), "grants": grants.get(award.pk, [])}
        for award in competition.awards.select_related("task")
    ]
    return render(request, "scoring/awards.html", context)


def _grants(competition: Competition) -> dict[int, list[AwardGrant]]:
    found: dict[int, list[AwardGrant]] = {}
    for grant in granted_awards(competition):
        found.setdefault(grant.award_id, []).append(grant)
    return found
