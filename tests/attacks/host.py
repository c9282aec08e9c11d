"""What is watched on the machine while an attack is on: listeners, processes, disks."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_TICK_SECONDS = 0.02


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
        stream.settimeout(5)
        taken = b""
        while chunk := stream.recv(4096):
            taken += chunk
    return taken


def _take_datagram(server: socket.socket) -> bytes:
    return server.recvfrom(65536)[0]


def own_addresses() -> list[str]:
    """Addresses by which a process of this machine reaches it: loopback, and what faces out."""
    found = ["127.0.0.1"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        # Choosing a route sends nothing.
        probe.connect(("192.0.2.1", 9))
        found.append(probe.getsockname()[0])
    return list(dict.fromkeys(found))


@contextmanager
def sampled(measure: Callable[[], float]) -> Iterator[list[float]]:
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
