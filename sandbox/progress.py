"""Reads what a sandbox prints: progress lines are picked out, the rest is a capped log.

Everything here is untrusted. Lines have a length limit, progress a rate limit, the log a size,
and what is kept of both does not grow with what is printed.
"""

import json
import math
from collections.abc import Callable, Collection
from threading import Lock

from sandbox.spec import Progress
from sandbox.text import clean_line

LINE_BYTES = 4096
EVENTS_PER_SECOND = 10.0
EVENT_BURST = 50.0
_EVENTS = frozenset({"task_started", "progress", "task_finished", "finished"})
_LEFT_OUT = b"\n[... left out ...]\n"


class CappedLog:
    """The first and the last bytes of a stream of lines, at most `limit` together.

    Both ends matter: the head names the versions, the tail holds the error.
    """

    def __init__(self, limit: int) -> None:
        room = max(0, limit - len(_LEFT_OUT))
        self._limit = limit
        self._head_room = room // 2
        self._tail_room = room - room // 2
        self._head = bytearray()
        self._tail = bytearray()
        self._written = 0

    def write(self, line: bytes) -> None:
        """Add one line, without its end."""
        data = line + b"\n"
        self._written += len(data)
        fits = max(0, self._head_room - len(self._head))
        self._head += data[:fits]
        self._tail += data[fits:]
        if len(self._tail) > 2 * self._limit:
            del self._tail[: -self._limit]

    def content(self) -> bytes:
        """What is kept, as UTF-8."""
        if self._written <= self._limit:
            kept = bytes(self._head + self._tail)
        else:
            kept = bytes(self._head) + _LEFT_OUT + bytes(self._tail[-self._tail_room :])
        return kept.decode(errors="ignore").encode()[: self._limit]


class StreamReader:
    """Takes chunks of stdout and stderr as they come; `take` returns the steps since last time.

    At most one step of each event is kept for each task, so a caller that comes rarely still
    gets a short list. One thread may feed while another takes. `clock` is in seconds and
    never goes back.
    """

    def __init__(
        self, *, tasks: Collection[str], log_bytes: int, clock: Callable[[], float]
    ) -> None:
        self._tasks = frozenset(tasks)
        self._clock = clock
        self._log = CappedLog(log_bytes)
        self._line = bytearray()
        self._lock = Lock()
        self._pending: dict[tuple[str, str | None], Progress] = {}
        self._allowance = EVENT_BURST
        self._refilled = clock()
        self.seen_bytes = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the stream."""
        self.seen_bytes += len(chunk)
        *lines, rest = chunk.split(b"\n")
        for line in lines:
            self._extend(line)
            self._end_line()
        self._extend(rest)

    def close(self) -> None:
        """The stream has ended: a last line without an end counts as a line."""
        if self._line:
            self._end_line()

    def take(self) -> list[Progress]:
        """The steps since the last call, oldest first."""
        with self._lock:
            steps = list(self._pending.values())
            self._pending.clear()
        return steps

    @property
    def log(self) -> bytes:
        """The cleaned log so far, within its limit."""
        return self._log.content()

    def _extend(self, part: bytes) -> None:
        self._line += part[: max(0, LINE_BYTES - len(self._line))]

    def _end_line(self) -> None:
        line = bytes(self._line)
        self._line.clear()
        if line.startswith(b"{") and (step := parse_progress(line, self._tasks)):
            if self._may_report():
                with self._lock:
                    self._pending.pop((step.event, step.task), None)
                    self._pending[step.event, step.task] = step
            return
        self._log.write(clean_line(line).encode())

    def _may_report(self) -> bool:
        now = self._clock()
        refill = (now - self._refilled) * EVENTS_PER_SECOND
        self._allowance = min(EVENT_BURST, self._allowance + refill)
        self._refilled = now
        if self._allowance < 1.0:
            return False
        self._allowance -= 1.0
        return True


def parse_progress(line: bytes, tasks: Collection[str]) -> Progress | None:
    """A progress line of a known event and task, or None. Raises nothing."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    event = said.get("event") if isinstance(said, dict) else None
    if not isinstance(event, str) or event not in _EVENTS:
        return None
    task = said.get("task")
    if task is not None and (not isinstance(task, str) or task not in tasks):
        return None
    if task is None and event != "finished":
        return None
    status = said.get("status")
    return Progress(
        event=event,
        task=task,
        done=_count(said.get("done")),
        total=_count(said.get("total")),
        rate=_rate(said.get("rate")),
        status=clean_line(status)[:40] if isinstance(status, str) else None,
    )


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return min(max(value, 0), 2**53)


def _rate(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    number = float(min(max(value, 0), 1e12))
    return number if math.isfinite(number) else 0.0
