"""Row 46: find files, sockets and settings that the worker had open."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile

from tests.attacks.arena import Arena
from tests.attacks.registry import case

SEARCH = """
import os, socket, stat
from pathlib import Path


def found(words):
    canary = "-of-the-".join(words).encode()
    places = []
    for number in map(int, os.listdir("/proc/self/fd")):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                with socket.socket(fileno=os.dup(number)) as inherited:
                    places.append("listener" if inherited.getsockopt(1, 30) else "socket")
            elif canary in os.pread(number, 100, 0):
                places.append("file")
        except OSError:
            pass
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if canary in path.read_bytes():
                places.append("environment")
        except OSError:
            pass
    return sorted(places)


def links():
    # Of every process that is seen; numbers are taken off what has no name.
    for process in Path("/proc").glob("[0-9]*"):
        try:
            for file in (process / "fd").iterdir():
                yield os.readlink(file).split(":")[0]
        except OSError:
            pass
"""
PROGRAM = (
    SEARCH
    + """
def attack(words):
    print("found", found(words))
    print("links", *sorted(set(links())), sep=" | ")
"""
)
WORDS = ("canary", "worker")
HARMLESS = {"/dev/null", "pipe", "anon_inode", "host"}


@case(46, "inherited files, sockets and environment")
def inherited(arena: Arena) -> None:
    with _open_in_the_worker(), arena.patch.context() as patch:
        patch.setenv("PODIUM_ATTACKED", "-of-the-".join(WORDS))
        after = arena.attack(PROGRAM, words=WORDS)
    assert after.lines[0] == "found []"
    links = set(after.lines[1].split(" | ")[1:])
    assert {link for link in links if not link.startswith("/proc/")} <= HARMLESS
    assert (after.state, after.outcome) == ("scored", "ok")


@inherited.control
def a_plain_child_has_all_of_them(arena: Arena) -> None:
    with _open_in_the_worker() as numbers:
        seen = subprocess.run(
            [sys.executable, "-c", f"{SEARCH}\nprint(found({WORDS!r}))"],
            env={**os.environ, "PODIUM_ATTACKED": "-of-the-".join(WORDS)},
            pass_fds=numbers,
            capture_output=True,
            check=True,
            text=True,
        )
    found = seen.stdout
    assert all(f"'{place}'" in found for place in ("environment", "file", "listener"))


@contextmanager
def _open_in_the_worker() -> Iterator[list[int]]:
    """A file and a listener as a careless library would leave them: open to every child."""
    with TemporaryFile() as file, socket.create_server(("127.0.0.1", 0)) as server:
        file.write("-of-the-".join(WORDS).encode())
        file.flush()
        numbers = [os.dup(file.fileno()), os.dup(server.fileno())]
        for number in numbers:
            os.set_inheritable(number, True)
        try:
            yield numbers
        finally:
            for number in numbers:
                os.close(number)
