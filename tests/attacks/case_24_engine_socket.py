"""Row 24: speak to the container engine, whose socket is as good as root."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.attacks.arena import Arena
from tests.attacks.registry import case

PROGRAM = """
def attack(paths):
    for path in paths:
        try:
            os.stat(path)
        except OSError as error:
            print("absent", type(error).__name__)
            continue
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
            client.sendall(b"GET /_ping HTTP/1.0\\r\\n\\r\\n")
            print("answer", client.recv(15))
"""
USUAL = [
    "/var/run/docker.sock",
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/podman/podman.sock",
    "/run/systemd/private",
    "/run/dbus/system_bus_socket",
]


@case(24, "container engine socket")
def engine_socket(arena: Arena) -> None:
    with _engine() as (stand_in, heard):
        paths = [*USUAL, *_real_engine(), stand_in]
        after = arena.attack(PROGRAM, paths=paths)
        assert after.lines == ["absent FileNotFoundError"] * len(paths)
        assert (after.state, after.outcome) == ("scored", "ok")
        assert heard == []


@engine_socket.control
def it_answers_a_process_of_the_machine(arena: Arena) -> None:
    with _engine() as (stand_in, heard):
        paths = [*_real_engine(), stand_in]
        seen = arena.undefended(PROGRAM, paths=paths)
        assert seen.lines == ["answer b'HTTP/1.0 200 OK'"] * len(paths)
        assert len(heard) == 1


def _real_engine() -> list[str]:
    address = os.environ.get("DOCKER_HOST", "")
    path = address.removeprefix("unix://")
    return [path] if address.startswith("unix://") and Path(path).is_socket() else []


@contextmanager
def _engine() -> Iterator[tuple[str, list[bytes]]]:
    """A socket that answers as an engine does, for machines without one; what it was asked."""
    heard: list[bytes] = []
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
        path = f"{folder}/docker.sock"
        server.bind(path)
        server.listen()
        thread = threading.Thread(target=_answer, args=(server, heard))
        thread.start()
        try:
            yield path, heard
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def _answer(server: socket.socket, heard: list[bytes]) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        with client:
            heard.append(client.recv(100))
            client.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
