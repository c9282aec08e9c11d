"""The page of a board as it was before a rescoring."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from competitions.page_context import competition_context
from scoring.models import Split
from scoring.old_boards import get_old_board

ROWS_PER_PAGE = 100


@require_safe
def board_before(request: HttpRequest, slug: str, rescoring_id: int) -> HttpResponse:
    """Show the board that a rescoring replaced: the final one where it was told then."""
    context = competition_context(request, slug, tab="leaderboard")
    found = get_old_board(context["competition"], rescoring_id)
    there = [split for split in (Split.PRIVATE, Split.PUBLIC) if split in found.boards]
    asked = request.GET.get("board")
    split = next((each for each in there if each == asked), there[0])
    page = Paginator(found.boards[split], ROWS_PER_PAGE).get_page(request.GET.get("page"))
    columns = [target.task for target in found.tasks]
    context |= {
        "old": found,
        "split": split,
        "both": len(there) > 1,
        "page": page,
        "columns": columns,
        "rows": [_row(row, [task.slug for task in columns]) for row in page],
    }
    return render(request, "scoring/board_before.html", context)


def _row(row: dict[str, Any], slugs: list[str]) -> dict[str, Any]:
    return {**row, "cells": [row["tasks"].get(slug) for slug in slugs]}
