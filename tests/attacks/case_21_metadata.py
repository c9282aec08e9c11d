"""Row 21: the metadata service of a cloud, which hands out the machine's credentials."""

from sandbox.guarantees import Guarantee
from tests.attacks.arena import Arena
from tests.attacks.host import listening, own_addresses
from tests.attacks.registry import case

PROGRAM = """
import http.client

def attack(places):
    for address, port in places:
        asked = http.client.HTTPConnection(address, port, timeout=1)
        try:
            asked.request("GET", "/latest/meta-data/iam/security-credentials/")
            print("asked")
            asked.close()
        except OSError:
            print("refused")
"""


@case(21, "metadata service at 169.254.169.254", needs=(Guarantee.NO_NETWORK,))
def metadata(arena: Arena) -> None:
    with listening() as listener:
        own = [(address, listener.port) for address in own_addresses()]
        places = [("169.254.169.254", 80), ("169.254.169.254", listener.port), *own]
        after = arena.attack(PROGRAM, places=places)
    assert listener.received == []
    assert after.lines == ["refused"] * len(places)
    assert (after.state, after.outcome) == ("scored", "ok")


@metadata.control
def a_service_of_the_machine_is_asked(arena: Arena) -> None:
    with listening() as listener:
        places = [(address, listener.port) for address in own_addresses()]
        assert arena.undefended(PROGRAM, places=places).lines == ["asked"] * len(places)
    assert len(listener.received) == len(places)
    assert all(b"security-credentials" in request for request in listener.received)
