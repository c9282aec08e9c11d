"""Child processes of the demo: each in its own session with its own log, all ended together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from demo.paths import ROOT

PATIENCE_SECONDS = 10.0
SECOND_WORD_SECONDS = 2.0
POLL_SECONDS = 0.05
SET_CHILD_SUBREAPER = 36
TAIL_BYTES = 4096


class ChildDied(Exception):
    """A process that should be running has ended; the text says which and where its log is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A running program and the file with everything that it printed."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def last_line(self) -> str:
        """Return the last full line of its log, for a progress display."""
        lines = tail(self.log).splitlines()
        return lines[-1].strip() if lines else ""


class Children:
    """Everything that was started here; ``stop`` ends it."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[Child] = []
        self._guard = threading.Lock()
        self._stopping = False

    def start(self, name: str, command: Sequence[str | Path], environ: Mapping[str, str]) -> Child:
        """Start a program; raises ChildDied when everything is being stopped already."""
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"{name}.log"
        with self._guard, log.open("wb") as output:
            if self._stopping:
                raise ChildDied("Everything is being stopped.")
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=ROOT,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            child = Child(name=name, process=process, log=log)
            self._children.append(child)
        return child

    def run(self, name: str, command: Sequence[str | Path], environ: Mapping[str, str]) -> None:
        """Run a program to its end; raises ChildDied when it fails."""
        child = self.start(name, command, environ)
        self.finish(child)

    def finish(self, child: Child) -> None:
        """Wait for a program's good end; raises ChildDied when it fails."""
        status = child.process.wait()
        with self._guard:
            self._children.remove(child)
        if status != 0:
            raise ChildDied(_epitaph(child, status))

    def check(self, expected: Sequence[Child]) -> None:
        """Raise ChildDied for the first of ``expected`` that is not running any more."""
        for child in expected:
            status = child.process.poll()
            if status is not None:
                raise ChildDied(_epitaph(child, status))

    def stop(self) -> None:
        """End every child, the latest first."""
        with self._guard:
            self._stopping = True
            children = self._children[::-1]
        for child in children:
            _end(child)


def tail(log: Path) -> str:
    """Return the end of a log."""
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - TAIL_BYTES))
        return stream.read().decode(errors="replace")


def _epitaph(child: Child, status: int) -> str:
    how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
    last = "\n".join(tail(child.log).strip().splitlines()[-8:])
    return f"{last}\n{child.name} {how}; its log is {child.log}"


def _end(child: Child) -> None:
    """Ask, ask again (a worker drops its job at the second word), then kill."""
    started = time.monotonic()
    asked = 0
    while child.process.poll() is None:
        waited = time.monotonic() - started
        if waited > PATIENCE_SECONDS:
            _signal_session(child, signal.SIGKILL)
            child.process.wait()
            return
        if asked == 0 or (asked == 1 and waited > SECOND_WORD_SECONDS):
            _signal_session(child, signal.SIGTERM)
            asked += 1
        time.sleep(POLL_SECONDS)


def _signal_session(child: Child, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.process.pid, number)


def adopt_orphans() -> None:
    """Become the parent of what dying children leave behind (Linux), so that it can be ended."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_descendants() -> None:
    """Kill all that is still below this process, which must be a program of its own."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and (left := _descendants(os.getpid())):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(POLL_SECONDS)


def _descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The fields after the command's name, which may hold spaces: state, parent, …
            parent = int(path.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(path.parent.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found
