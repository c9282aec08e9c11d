"""What the demo knows of its entries at any moment, for the displays to show."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from demo.entries import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry's line: a state in words and a cell for each task."""

    participant: str
    model: str
    state: str = "waiting"
    cells: dict[str, str] = field(default_factory=dict)
    detail: Callable[[], str] = str

    def text(self) -> str:
        """Return the state with its present detail, such as a script's last words."""
        detail = self.detail()
        return f"{self.state}: {detail}" if detail else self.state


class Board:
    """Lines of all entries; safe to use from several threads."""

    def __init__(self, entries: Sequence[Entry], tasks: Sequence[str]) -> None:
        self.tasks = tuple(tasks)
        self._lines = {
            entry.participant: Line(participant=entry.participant, model=entry.model)
            for entry in entries
        }
        self._guard = threading.Lock()

    def lines(self) -> list[Line]:
        """Return the lines as they are now."""
        with self._guard:
            return list(self._lines.values())

    def set_state(self, participant: str, state: str, detail: Callable[[], str] = str) -> None:
        """Put an entry's state in words."""
        self._change(participant, state=state, detail=detail)

    def set_submission(self, participant: str, submission: dict[str, Any]) -> None:
        """Show a submission as the API describes it."""
        cells = {task["slug"]: cell_of(task) for task in submission["tasks"]}
        self._change(participant, state=_state_of(submission), cells=cells, detail=str)

    def _change(self, participant: str, **changes: Any) -> None:
        with self._guard:
            self._lines[participant] = replace(self._lines[participant], **changes)


def _state_of(submission: dict[str, Any]) -> str:
    state = str(submission["state"])
    if state == "queued" and submission.get("queue_position"):
        return f"queued, place {submission['queue_position']}"
    if state == "scored" and submission.get("public_score") is not None:
        return f"scored {submission['public_score']:.2f}"
    if state in ("refused", "failed"):
        return f"{state}: {submission.get('message') or submission.get('error_code')}"
    return state


def cell_of(task: dict[str, Any]) -> str:
    """Say in a few characters how a task goes: share, rate and time left, points, or the error."""
    if task["state"] == "failed":
        return f"✗ {task.get('error_code') or 'failed'}"
    if task.get("public_points") is not None:
        return f"{task['public_points']:.2f}"
    if task["state"] == "ok":
        return "predicted"
    if task["state"] == "running":
        return _running(task)
    return ""


def _running(task: dict[str, Any]) -> str:
    done, total = task.get("done") or 0, task.get("total") or 0
    share = f"{done / total:.0%}" if total else "starting"
    rate = f" {task['rate']:.0f}/s" if task.get("rate") else ""
    left = f" {task['seconds_left']:.0f} s" if task.get("seconds_left") else ""
    return f"{share}{rate}{left}"
