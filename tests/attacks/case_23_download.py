"""Row 23: a model is fetched while the run is on: it fails at once and says why.

A library that believes in a network would try again and again, until the time is over.
"""

from sandbox.guarantees import Guarantee
from tests.attacks.arena import Arena
from tests.attacks.host import listening, own_addresses
from tests.attacks.registry import case
from tests.parts import RUNNER_PYTHON

PROGRAM = """
def attack(endpoint, switches):
    for switch in switches:
        del os.environ[switch]
    from huggingface_hub import hf_hub_download

    hf_hub_download("podium/none", "config.json", endpoint=endpoint, etag_timeout=2)
"""


@case(23, "download a model at run time", needs=(Guarantee.NO_NETWORK,))
def download(arena: Arena) -> None:
    with listening() as listener:
        endpoint = f"http://{own_addresses()[-1]}:{listener.port}"
        after = arena.attack(PROGRAM, endpoint=endpoint, switches=[])
    assert listener.received == []
    assert after.state == "failed"
    assert after.outcome != "timeout"
    assert any("offline mode is enabled" in line for line in after.smoke_lines)
    assert "offline mode is enabled" in after.visible


@download.control
def the_same_call_asks_a_server_that_it_can_reach(arena: Arena) -> None:
    with listening() as listener:
        arena.undefended(
            PROGRAM,
            python=RUNNER_PYTHON,
            endpoint=f"http://{own_addresses()[-1]}:{listener.port}",
            switches=["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"],
            seconds=10,
        )
    assert any("podium/none" in str(request) for request in listener.received)
