"""The last line of ``make demo ONCE=1`` and the tables above it."""

from __future__ import annotations

import io
import json
from typing import Any

from rich.console import Console

from demo.tables import print_awards, print_leaderboard, result_line

ENTRIES: list[dict[str, Any]] = [
    {
        "participant": "ada",
        "rank": 1,
        "final_score": 61.5,
        "tasks": {"words": {"points": 61.5, "value": 0.615, "failed": False}},
    },
    {
        "participant": "olga",
        "rank": None,
        "final_score": 30.0,
        "tasks": {"words": {"points": 30.0, "value": 0.3, "failed": False}},
    },
    {
        "participant": "dana",
        "rank": 2,
        "final_score": 0.0,
        "tasks": {"words": {"points": 0.0, "value": None, "failed": True}},
    },
]
AWARDS: list[dict[str, Any]] = [
    {
        "award": "overall-1",
        "title": "First place",
        "prize": "A medal",
        "participant": "ada",
        "rank": 1,
        "reason": "Place 1 by final score",
    }
]


def test_result_is_one_line_of_json_as_announced() -> None:
    line = result_line(
        backend="bubblewrap",
        competition="encoders",
        entries=ENTRIES,
        awards=AWARDS,
        seconds={"setup": 60.04, "run": 100.0, "total": 160.04},
    )
    assert "\n" not in line
    assert json.loads(line) == {
        "backend": "bubblewrap",
        "competition": "encoders",
        "entries": [
            {"participant": "ada", "rank": 1, "final_score": 61.5, "tasks": {"words": 61.5}},
            {"participant": "dana", "rank": 2, "final_score": 0.0, "tasks": {"words": 0.0}},
        ],
        "awards": [{"award": "overall-1", "participant": "ada"}],
        "seconds": {"setup": 60.0, "run": 100.0, "total": 160.0},
    }


def test_tables_show_ranks_failures_and_reasons() -> None:
    console = Console(file=io.StringIO(), width=120)
    print_leaderboard(console, ENTRIES, ["words"], {"ada": "MiniLM"})
    print_awards(console, AWARDS)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "MiniLM" in text
    assert "0.00 ✗" in text
    assert "–" in text
    assert "Place 1 by final score" in text
