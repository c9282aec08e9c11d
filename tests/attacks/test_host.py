"""What watches the machine sees what happens on it."""

from __future__ import annotations

import itertools
import socket

from tests.attacks.host import listening, own_addresses, sampled


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
