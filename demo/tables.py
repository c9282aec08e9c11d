"""The end of the demo in words: leaderboard, awards, logins, and one JSON line for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

Json = dict[str, Any]


def print_leaderboard(
    console: Console, entries: Sequence[Json], tasks: Sequence[str], models: Mapping[str, str]
) -> None:
    """Print the private board; a baseline has no rank, a failed task is marked."""
    table = Table(title="Leaderboard (private test rows)", title_justify="left")
    table.add_column("rank", justify="right")
    table.add_column("participant")
    table.add_column("model")
    table.add_column("final score", justify="right")
    for task in tasks:
        table.add_column(task, justify="right")
    for entry in entries:
        cells = [_cell(entry["tasks"].get(task)) for task in tasks]
        rank = "–" if entry["rank"] is None else str(entry["rank"])
        who = entry["participant"]
        table.add_row(rank, who, models.get(who, ""), _points(entry["final_score"]), *cells)
    console.print(table)


def print_points(
    console: Console, entries: Sequence[Json], tasks: Sequence[str], models: Mapping[str, str]
) -> None:
    """Print the public board with a line for each of many tasks; a failed one is marked."""
    table = Table(title="Leaderboard (public test rows)", title_justify="left")
    table.add_column("task")
    for entry in entries:
        rank = "–" if entry["rank"] is None else str(entry["rank"])
        table.add_column(f"{rank}. {entry['participant']}", justify="right")
    table.add_row("model", *(models.get(entry["participant"], "") for entry in entries))
    table.add_row("final score", *(_points(entry["final_score"]) for entry in entries))
    table.add_section()
    for task in tasks:
        table.add_row(task, *(_cell(entry["tasks"].get(task)) for entry in entries))
    console.print(table)


def print_awards(console: Console, awards: Sequence[Json]) -> None:
    """Print who got which award and why."""
    table = Table(title="Awards", title_justify="left")
    for heading in ("award", "participant", "reason"):
        table.add_column(heading)
    for award in awards:
        table.add_row(award["title"], award["participant"], award["reason"])
    console.print(table)


def result_line(
    *,
    backend: str,
    competition: str,
    entries: Sequence[Json],
    awards: Sequence[Json],
    seconds: Mapping[str, float],
) -> str:
    """Return the last line of ``make demo ONCE=1``: one JSON object, ranked entries only."""
    result = {
        "backend": backend,
        "competition": competition,
        "entries": [
            {
                "participant": entry["participant"],
                "rank": entry["rank"],
                "final_score": entry["final_score"],
                "tasks": {slug: cell["points"] for slug, cell in entry["tasks"].items()},
            }
            for entry in entries
            if entry["rank"] is not None
        ],
        "awards": [
            {"award": award["award"], "participant": award["participant"]} for award in awards
        ],
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
    }
    return json.dumps(result)


def _cell(task: Json | None) -> str:
    if task is None:
        return ""
    return f"{_points(task['points'])}{' ✗' if task.get('failed') else ''}"


def _points(points: float | None) -> str:
    return "" if points is None else f"{points:.2f}"
