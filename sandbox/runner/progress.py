"""Tells how far the run is: JSON lines on a stream, few a second."""

import json
import time
from collections.abc import Callable
from typing import TextIO

MIN_INTERVAL = 0.25
"""Seconds between two ``progress`` lines of one run."""


def unseen(done: int, rate: float) -> None:
    """Takes progress that nobody follows."""


class Progress:
    """Writes the events ``task_started``, ``progress``, ``task_finished`` and ``finished``.

    ``done`` and ``total`` count rows, in ``finished`` tasks; ``rate`` is in rows a second.
    Only ``progress`` lines are dropped when they come too fast.
    """

    def __init__(self, stream: TextIO, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._last = -MIN_INTERVAL

    def task_started(self, task: str, total: int) -> None:
        self._write("task_started", task, 0, total, 0.0)

    def advanced(self, task: str, done: int, total: int, rate: float) -> None:
        now = self._clock()
        if now - self._last >= MIN_INTERVAL:
            self._last = now
            self._write("progress", task, done, total, rate)

    def task_finished(self, task: str, done: int, total: int, rate: float, status: str) -> None:
        self._write("task_finished", task, done, total, rate, status)

    def finished(self, done: int, total: int) -> None:
        self._write("finished", None, done, total, 0.0)

    def _write(
        self,
        event: str,
        task: str | None,
        done: int,
        total: int,
        rate: float,
        status: str | None = None,
    ) -> None:
        line = {"event": event, "task": task, "done": done, "total": total, "rate": round(rate, 2)}
        if status is not None:
            line["status"] = status
        self._stream.write(json.dumps(line) + "\n")
        self._stream.flush()
