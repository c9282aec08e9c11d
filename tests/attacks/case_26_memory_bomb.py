"""Row 26: memory without end."""

from sandbox.guarantees import Guarantee
from tests.attacks.arena import MIB, Arena
from tests.attacks.host import neighbour
from tests.attacks.registry import case

LIMIT = 160 * MIB
MOST = 320 * MIB
PROGRAM = """
def attack(most):
    taken = bytearray()
    while len(taken) < most:
        taken += b"x" * (8 << 20)
    print("taken", len(taken))
"""


@case(26, "memory bomb", needs=(Guarantee.MEMORY_BOUND,))
def memory_bomb(arena: Arena) -> None:
    with neighbour() as lives:
        after = arena.attack(PROGRAM, limits={"memory_bytes": LIMIT}, most=MOST)
        assert lives()
    assert (after.state, after.outcome) == ("failed", "out_of_memory")
    assert after.tasks["attacked"].outcome == "out_of_memory"
    assert after.lines == []
    assert (after.run.usage["peak_memory_bytes"] or 0) <= LIMIT
    assert "out_of_memory" in after.visible


@memory_bomb.control
def it_is_there_to_be_taken(arena: Arena) -> None:
    assert arena.undefended(PROGRAM, most=MOST).lines == [f"taken {MOST}"]
