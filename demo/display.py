"""Shows the demo's progress: a live table on a terminal, plain lines anywhere else."""

from __future__ import annotations

import time
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from demo.board import Board, Line

REFRESH_PER_SECOND = 4
WIDE_COLUMNS = 140


class Display(Protocol):
    """Something that shows the board; ``say`` puts a line above it for good."""

    def start(self) -> None: ...
    def say(self, line: str) -> None: ...
    def refresh(self) -> None: ...
    def stop(self) -> None: ...


def display_for(console: Console, board: Board, started: float) -> Display:
    """Choose the display that the output can show."""
    if console.is_terminal:
        return LiveDisplay(console, board, started)
    return PlainDisplay(console, board, started)


class LiveDisplay:
    """A table that is drawn again in place."""

    def __init__(self, console: Console, board: Board, started: float) -> None:
        self._console = console
        self._board = board
        self._started = started
        self._live = Live(
            console=console, get_renderable=self._table, refresh_per_second=REFRESH_PER_SECOND
        )

    def start(self) -> None:
        """Begin to draw."""
        self._live.start()

    def say(self, line: str) -> None:
        """Print a line above the table."""
        self._console.print(Text(line))

    def refresh(self) -> None:
        """Nothing to do: the table draws itself."""

    def stop(self) -> None:
        """Draw for the last time."""
        self._live.stop()

    def _table(self) -> Table:
        table = Table(title=f"{time.time() - self._started:.0f} s", title_justify="left")
        for heading in ("participant", "state", *self._board.tasks):
            table.add_column(heading)
        for line in self._board.lines():
            who = f"{line.participant}: {line.model}" if self._is_wide() else line.participant
            cells = [line.cells.get(task, "") for task in self._board.tasks]
            table.add_row(*(Text(text) for text in (who, line.text(), *cells)))
        return table

    def _is_wide(self) -> bool:
        return self._console.width >= WIDE_COLUMNS


class PlainDisplay:
    """A line whenever an entry's state, or a task's, has changed; a rate alone is no change."""

    def __init__(self, console: Console, board: Board, started: float) -> None:
        self._console = console
        self._board = board
        self._started = started
        self._shown: dict[str, tuple[str, ...]] = {}

    def start(self) -> None:
        """Nothing to prepare."""

    def say(self, line: str) -> None:
        """Print a line with the seconds since the start."""
        seconds = time.time() - self._started
        self._console.print(Text(f"[{seconds:4.0f} s] {line}"), soft_wrap=True)

    def refresh(self) -> None:
        """Print what has changed."""
        for line in self._board.lines():
            summary = (line.state, *map(_coarse, line.cells.values()))
            if self._shown.get(line.participant) != summary:
                self._shown[line.participant] = summary
                self.say(_sentence(line))

    def stop(self) -> None:
        """Print what has changed at the end."""
        self.refresh()


def _coarse(cell: str) -> str:
    return cell.partition(" ")[0] if cell.startswith("✗") or "%" not in cell else "running"


def _sentence(line: Line) -> str:
    cells = [f"{task} {cell}" for task, cell in line.cells.items() if cell]
    return f"{line.participant} ({line.model}): " + "; ".join([line.state, *cells])
