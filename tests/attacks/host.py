"""What is watched on the machine while an attack is on: listeners, processes, disks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

_TICK_SECONDS = 0.02
_IDLE_SECONDS = 0.5
_CPU_TICKS = os.sysconf("SC_CLK_TCK")
_NEIGHBOUR = """
import sys
kept = bytearray(b"x") * (64 << 20)
print("ready", flush=True)
for line in sys.stdin:
    print(len(kept), flush=True)
"""
Measured = TypeVar("Measured")


@dataclass
class Listener:
    """What arrived at a port, one entry for each connection or datagram."""

    port: int
    received: list[bytes] = field(default_factory=list)


@contextmanager
def listening(kind: socket.SocketKind = socket.SOCK_STREAM) -> Iterator[Listener]:
    """Listen on every address of this machine; all that was sent is there at the end."""
    with socket.socket(socket.AF_INET, kind) as server:
        server.bind(("0.0.0.0", 0))
        server.settimeout(_TICK_SECONDS)
        listener = Listener(server.getsockname()[1])
        if kind == socket.SOCK_STREAM:
            server.listen(64)
        done = threading.Event()
        take = _take_stream if kind == socket.SOCK_STREAM else _take_datagram
        thread = threading.Thread(target=_serve, args=(server, listener, take, done))
        thread.start()
        try:
            yield listener
        finally:
            done.set()
            thread.join()


def _serve(
    server: socket.socket,
    listener: Listener,
    take: Callable[[socket.socket], bytes],
    done: threading.Event,
) -> None:
    while True:
        # What came before the end is taken even when the end was said first.
        last = done.is_set()
        with suppress(TimeoutError):
            while True:
                listener.received.append(take(server))
        if last:
            return


def _take_stream(server: socket.socket) -> bytes:
    stream, _ = server.accept()
    with stream:
        stream.settimeout(_IDLE_SECONDS)
        taken = b""
        # A client that waits for an answer has said what it had to say.
        with suppress(OSError):
            while chunk := stream.recv(4096):
                taken += chunk
    return taken


def _take_datagram(server: socket.socket) -> bytes:
    return server.recvfrom(65536)[0]


def own_addresses() -> list[str]:
    """Addresses by which a process of this machine reaches it. Loopback only: tests send nothing
    anywhere else, and a run that saw another interface would fail its posture."""
    return ["127.0.0.1", "127.0.0.2"]


@contextmanager
def sampled(measure: Callable[[], Measured]) -> Iterator[list[Measured]]:
    """Take `measure` again and again in a thread; one value is certain."""
    values = [measure()]
    done = threading.Event()

    def take() -> None:
        while not done.wait(_TICK_SECONDS):
            values.append(measure())

    thread = threading.Thread(target=take)
    thread.start()
    try:
        yield values
    finally:
        done.set()
        thread.join()


def free_bytes(folder: Path) -> int:
    """What is free on the filesystem of a folder."""
    facts = os.statvfs(folder)
    return facts.f_bfree * facts.f_frsize


def resident_bytes() -> int:
    """The memory that this process, the worker, has in use."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def neighbour() -> Iterator[Callable[[], bool]]:
    """A process of this machine with memory of its own; the callable tells whether it lives on."""
    process = subprocess.Popen(
        [sys.executable, "-c", _NEIGHBOUR],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    asked, said = process.stdin, process.stdout

    def lives() -> bool:
        with suppress(BrokenPipeError):
            print("?", file=asked, flush=True)
        return said.readline().strip() == str(64 << 20)

    try:
        assert said.readline().strip() == "ready"
        yield lives
    finally:
        process.kill()
        process.wait()
        for pipe in (asked, said):
            with suppress(BrokenPipeError):
                pipe.close()


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at the processes of a run as this machine counts them: `threads` of all together,
    processor seconds by process, at a moment of the monotonic clock."""

    at: float
    threads: int
    cpu_seconds: dict[int, float]


def look(pids: set[int]) -> Seen:
    """Count the threads and the processor time of these processes now."""
    threads, seconds = 0, {}
    for pid in pids:
        with suppress(OSError):
            words = Path("/proc", str(pid), "stat").read_text(errors="replace")
            fields = words.rpartition(")")[2].split()
            threads += int(fields[17])
            seconds[pid] = (int(fields[11]) + int(fields[12])) / _CPU_TICKS
    return Seen(time.monotonic(), threads, seconds)


def cpu_share(looks: list[Seen]) -> float:
    """Cores in use on average over the times at which a process of the run was there."""
    used = alive = 0.0
    for before, after in pairwise(looks):
        both = before.cpu_seconds.keys() & after.cpu_seconds.keys()
        if both:
            alive += after.at - before.at
            used += sum(after.cpu_seconds[pid] - before.cpu_seconds[pid] for pid in both)
    return used / alive if alive else 0.0


def descendants(root: int) -> set[int]:
    """The processes below `root`."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            words = path.read_text(errors="replace")
            parents[int(path.parent.name)] = int(words.rpartition(")")[2].split()[1])
    found: set[int] = set()
    reached = {root}
    while reached:
        reached = {pid for pid, parent in parents.items() if parent in reached} - found
        found |= reached
    return found


def members(group: str) -> set[int]:
    """The processes whose control group's path holds `group`."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cgroup"):
        with suppress(OSError):
            if group in path.read_text():
                found.add(int(path.parent.name))
    return found
