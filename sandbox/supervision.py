"""The worker's watch over a running sandbox: clocks, progress, cancellation.

All clocks are the worker's and monotonic. What the sandbox says about itself can only shorten its
time: a task's clock starts with its `task_started`, the total never stops.
"""

import time
from collections.abc import Callable
from typing import Protocol

from sandbox.progress import StreamReader
from sandbox.spec import Limits, Progress
from sandbox.verdict import Ending

GRACE_SECONDS = 5.0
"""How long a task may go on past its own limit: the runner keeps that limit itself and needs a
moment to write its report."""
_TICK_SECONDS = 0.1
_ASK_SECONDS = 1.0
FLOOD_BYTES = 16 * 1024 * 1024
_FLOOD_PAUSE_SECONDS = 0.05


class Sandboxed(Protocol):
    """A started sandbox."""

    def wait(self, seconds: float) -> bool:
        """Wait up to `seconds`; True once no process of the sandbox is left."""
        ...


class TaskClock:
    """Which task is running, and since when."""

    def __init__(self, task_seconds: float) -> None:
        self._seconds = task_seconds
        self._task: str | None = None
        self._since = 0.0

    def note(self, step: Progress, now: float) -> None:
        """Take a step into account; a task that starts twice keeps its first start."""
        if step.event == "task_started" and step.task != self._task:
            self._task, self._since = step.task, now
        elif step.event in {"task_finished", "finished"}:
            self._task = None

    def expired(self, now: float) -> bool:
        """Whether the task in progress is past its limit and the grace."""
        return self._task is not None and now > self._since + self._seconds + GRACE_SECONDS


def watch(
    sandboxed: Sandboxed,
    *,
    limits: Limits,
    reader: StreamReader,
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    clock: Callable[[], float] = time.monotonic,
) -> Ending:
    """Wait for the end of a sandbox or for a reason to end it; killing is the caller's.

    Exceptions of the two callables pass through.
    """
    started = clock()
    ask_at = started
    tasks = TaskClock(limits.task_seconds)
    while True:
        gone = sandboxed.wait(_TICK_SECONDS)
        now = clock()
        for step in reader.take():
            tasks.note(step, now)
            on_progress(step)
        if gone:
            return Ending.EXITED
        if now > started + limits.total_seconds:
            return Ending.TOTAL_TIME
        if tasks.expired(now):
            return Ending.TASK_TIME
        if now >= ask_at:
            if should_stop():
                return Ending.STOPPED
            ask_at = now + _ASK_SECONDS


def pump(receive: Callable[[], bytes], reader: StreamReader) -> None:
    """Feed the reader until the stream ends; runs in a thread of its own.

    Past a flood's worth of bytes it reads slowly, so that a sandbox that prints without end waits
    for the worker instead of keeping it busy.
    """
    while chunk := receive():
        reader.feed(chunk)
        if reader.seen_bytes > FLOOD_BYTES:
            time.sleep(_FLOOD_PAUSE_SECONDS)
    reader.close()
