"""Row 31: sleep for ever."""

from sandbox.guarantees import Guarantee
from tests.attacks.arena import Arena
from tests.attacks.processes import of_runs
from tests.attacks.registry import case

LIMIT = 1
FOREVER = 600
PROGRAM = """
def attack(lasting):
    print("asleep")
    time.sleep(lasting)
    print("awake")
"""


@case(31, "sleep for ever", needs=(Guarantee.WALL_CLOCK,))
def sleep(arena: Arena) -> None:
    limits = {"task_seconds": LIMIT, "total_seconds": LIMIT}
    after = arena.attack(PROGRAM, limits=limits, lasting=FOREVER)
    assert (after.state, after.tasks["attacked"].outcome) == ("failed", "timeout")
    assert after.lines[0] == "asleep"
    assert "awake" not in after.lines
    assert after.run.usage["wall_seconds"] < FOREVER / 10
    assert of_runs(arena) == set()
    assert "timeout" in after.visible


@sleep.control
def it_would_go_on(arena: Arena) -> None:
    seen = arena.undefended(PROGRAM, lasting=2 * LIMIT)
    assert (seen.lines, seen.exit_code) == (["asleep", "awake"], 0)
