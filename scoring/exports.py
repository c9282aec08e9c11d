"""Boards and awards as files: CSV for spreadsheets, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse, JsonResponse

from common.errors import NotFound
from common.spreadsheet import csv_text
from competitions.models import Competition
from competitions.selectors import Viewer
from scoring.api_serializers import BoardSerializer
from scoring.models import Split
from scoring.result_rows import announced_rows, award_rows, board_sha256
from scoring.selectors import board, granted_awards, is_published
from scoring.shown_statistics import board_statistics, told_entries

AWARD_COLUMNS = (
    "award",
    "title",
    "prize",
    "amount",
    "currency",
    "participant",
    "place",
    "last_place",
    "points",
    "reason",
    "granted_at",
    "key_id",
)
_BOARD_COLUMNS = (
    "rank",
    "rank_best",
    "rank_worst",
    "public_rank",
    "participant",
    "is_baseline",
    "final_score",
    "low",
    "high",
    "submission_number",
    "submitted_at",
)


def awards_csv(competition: Competition) -> HttpResponse:
    """Return who got which award as CSV; raises NotFound ``not_published``."""
    return _csv(AWARD_COLUMNS, _published_awards(competition), f"{competition.slug}-awards")


def awards_json(competition: Competition) -> HttpResponse:
    """Return who got which award as JSON; raises NotFound ``not_published``."""
    told = {"competition": competition.slug, "awards": _published_awards(competition)}
    return _json(told, f"{competition.slug}-awards")


def board_csv(competition: Competition, split: str, viewer: Viewer) -> HttpResponse:
    """Return a board as CSV, with the points of each task; raises what ``selectors.board`` does."""
    told = told_board(competition, split, viewer)
    columns = {task.slug: _task_column(task.slug) for task in competition.tasks.all()}
    rows = [
        {**entry, **{columns[slug]: cell["points"] for slug, cell in entry["tasks"].items()}}
        for entry in told["entries"]
    ]
    return _csv((*_BOARD_COLUMNS, *columns.values()), rows, f"{competition.slug}-{split}-board")


def board_json(competition: Competition, split: str, viewer: Viewer) -> HttpResponse:
    """Return a board as the API tells it; raises what ``selectors.board`` does.

    With the private one comes what its signed digest is of: ``sha256`` is that of ``announced`` in
    canonical JSON (sorted keys, no spaces, UTF-8).
    """
    told = {"competition": competition.slug, **told_board(competition, split, viewer)}
    if split == Split.PRIVATE:
        told["announced"] = {"entries": announced_rows(competition)}
        told["sha256"] = board_sha256(competition)
    return _json(told, f"{competition.slug}-{split}-board")


def told_board(competition: Competition, split: str, viewer: Viewer) -> dict[str, Any]:
    """Return a board as anybody may know it now."""
    entries = board(competition, split, viewer)
    answer = {
        "board": split,
        "statistics": board_statistics(competition, split, entries),
        "entries": told_entries(entries, competition),
    }
    told: dict[str, Any] = BoardSerializer(answer).data
    return told


def _published_awards(competition: Competition) -> list[dict[str, Any]]:
    if not is_published(competition):
        raise NotFound("not_published", "The results are not published yet.")
    return award_rows(granted_awards(competition))


def _task_column(slug: str) -> str:
    """Name a task's column by its slug, “task:low” where the board has a column “low”."""
    return f"task:{slug}" if slug in _BOARD_COLUMNS else slug


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], name: str) -> HttpResponse:
    answer = HttpResponse(csv_text(columns, rows), content_type="text/csv; charset=utf-8")
    return _named(answer, f"{name}.csv")


def _json(told: Mapping[str, Any], name: str) -> HttpResponse:
    return _named(
        JsonResponse(dict(told), json_dumps_params={"ensure_ascii": False}), f"{name}.json"
    )


def _named(answer: HttpResponse, name: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
