from __future__ import annotations

import io
import json
from typing import Any

from sandbox.runner.progress import Progress


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_at_most_four_progress_lines_a_second() -> None:
    stream, clock = io.StringIO(), Clock()
    progress = Progress(stream, clock=clock)
    for step in range(1000):
        clock.now = step / 1000
        progress.advanced("movies", step, 1000, 1.0)
    assert [line["done"] for line in _lines(stream)] == [0, 250, 500, 750]


def test_starts_and_ends_are_never_dropped() -> None:
    stream = io.StringIO()
    progress = Progress(stream, clock=Clock())
    progress.task_started("movies", 10)
    progress.advanced("movies", 5, 10, 2.0)
    progress.advanced("movies", 6, 10, 2.0)
    progress.task_finished("movies", 10, 10, 2.3456, "ok")
    progress.finished(1, 1)
    assert _lines(stream) == [
        {"event": "task_started", "task": "movies", "done": 0, "total": 10, "rate": 0.0},
        {"event": "progress", "task": "movies", "done": 5, "total": 10, "rate": 2.0},
        {
            "event": "task_finished",
            "task": "movies",
            "done": 10,
            "total": 10,
            "rate": 2.35,
            "status": "ok",
        },
        {"event": "finished", "task": None, "done": 1, "total": 1, "rate": 0.0},
    ]
