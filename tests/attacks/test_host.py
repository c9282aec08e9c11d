"""What watches the machine sees what happens on it."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attacks.host import (
    Seen,
    cpu_share,
    descendants,
    free_bytes,
    listening,
    look,
    neighbour,
    own_addresses,
    resident_bytes,
    sampled,
)
from tests.sandbox.lab import wait_until


def test_a_listener_takes_streams_of_every_address() -> None:
    with listening() as listener:
        for address in own_addresses():
            with socket.create_connection((address, listener.port), 5) as stream:
                stream.sendall(b"hello")
    assert listener.received == [b"hello"] * len(own_addresses())


def test_a_listener_takes_datagrams() -> None:
    with (
        listening(socket.SOCK_DGRAM) as listener,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out,
    ):
        out.sendto(b"query", ("127.0.0.1", listener.port))
    assert listener.received == [b"query"]


def test_a_sample_is_taken_at_least_once() -> None:
    numbers = itertools.count()
    with sampled(lambda: next(numbers)) as values:
        pass
    assert values[0] == 0


def test_the_processes_below_one_are_found_with_their_threads_and_time() -> None:
    busy = (
        "import os, time; os.fork(); t = time.monotonic()\nwhile time.monotonic() < t + 600: pass"
    )
    process = subprocess.Popen([sys.executable, "-c", busy], start_new_session=True)
    try:
        with sampled(lambda: look(descendants(os.getpid()))) as looks:
            wait_until(lambda: cpu_share(looks) > 0 and len(looks[-1].cpu_seconds) == 2)
        assert looks[-1].threads == 2
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert process.pid not in descendants(os.getpid())


def test_time_of_processes_that_come_and_go_is_counted_while_they_are_there() -> None:
    looks = [
        Seen(at=0.0, threads=0, cpu_seconds={}),
        Seen(at=1.0, threads=1, cpu_seconds={7: 5.0}),
        Seen(at=2.0, threads=2, cpu_seconds={7: 5.5, 8: 0.0}),
        Seen(at=3.0, threads=1, cpu_seconds={8: 1.0}),
        Seen(at=9.0, threads=0, cpu_seconds={}),
    ]
    assert cpu_share(looks) == pytest.approx(1.5 / 2)
    assert cpu_share([]) == 0.0


def test_a_neighbour_says_that_it_lives_until_it_does_not() -> None:
    with neighbour() as lives:
        assert lives()
        (pid,) = descendants(os.getpid())
        os.kill(pid, signal.SIGKILL)
        assert not lives()


def test_the_worker_s_own_memory_is_measured() -> None:
    before = resident_bytes()
    taken = b"x" * (64 << 20)
    assert resident_bytes() - before > len(taken) / 2


def test_free_room_is_that_of_the_folder_s_disk(tmp_path: Path) -> None:
    assert 0 < free_bytes(tmp_path) <= shutil.disk_usage(tmp_path).total
