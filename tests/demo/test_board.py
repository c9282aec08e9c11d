"""The board and its plain display: what is shown of an entry's way."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
from rich.console import Console

from demo.board import Board, cell_of
from demo.display import LiveDisplay, PlainDisplay, display_for
from demo.entries import MINILM

Json = dict[str, Any]


def task(**changes: Any) -> Json:
    return {"slug": "words", "state": "pending", "error_code": "", **changes}


@pytest.mark.parametrize(
    ("described", "shown"),
    [
        (task(), ""),
        (task(state="running", done=0, total=0), "starting"),
        (
            task(state="running", done=50, total=200, rate=25.4, seconds_left=6.1),
            "25% 25/s 6 s",
        ),
        (task(state="ok"), "predicted"),
        (task(state="ok", public_points=71.234), "71.23"),
        (task(state="failed", error_code="missing_head", public_points=0), "✗ missing_head"),
    ],
)
def test_cell_says_how_a_task_goes(described: Json, shown: str) -> None:
    assert cell_of(described) == shown


@pytest.mark.parametrize(
    ("submission", "shown"),
    [
        ({"state": "queued", "queue_position": 2}, "queued, place 2"),
        ({"state": "scored", "public_score": 61.236}, "scored 61.24"),
        ({"state": "refused", "message": "No config.json."}, "refused: No config.json."),
        ({"state": "running"}, "running"),
    ],
)
def test_state_is_put_in_words(submission: Json, shown: str) -> None:
    board = Board([MINILM], ["words"])
    board.set_submission("ada", {"tasks": [], **submission})
    assert board.lines()[0].text() == shown


def test_plain_display_prints_changes_once() -> None:
    board = Board([MINILM], ["words"])
    console = Console(file=io.StringIO(), width=200)
    display = PlainDisplay(console, board, time.time())
    for done in (10, 20, 30):
        running = task(state="running", done=done, total=40, rate=5.0)
        board.set_submission("ada", {"state": "running", "tasks": [running]})
        display.refresh()
    board.set_submission("ada", {"state": "scoring", "tasks": [task(state="ok")]})
    display.stop()
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 2
    assert "running; words 25% 5/s" in lines[0]
    assert "scoring; words predicted" in lines[1]


def test_terminal_gets_the_live_table_and_a_pipe_plain_lines() -> None:
    board = Board([MINILM], ["words"])
    terminal = Console(file=io.StringIO(), force_terminal=True, width=120)
    pipe = Console(file=io.StringIO())
    assert isinstance(display_for(terminal, board, time.time()), LiveDisplay)
    assert isinstance(display_for(pipe, board, time.time()), PlainDisplay)


def test_live_table_shows_the_last_words_of_a_script() -> None:
    board = Board([MINILM], ["words"])
    board.set_state("ada", "building", lambda: "epoch 1 50%")
    console = Console(file=io.StringIO(), force_terminal=True, width=140)
    display = LiveDisplay(console, board, time.time())
    display.start()
    display.say("The competition is published.")
    display.stop()
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "building: epoch 1 50%" in text
    assert "The competition is published." in text
