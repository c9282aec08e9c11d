"""Row 37: a kernel on the GPU that never ends."""

from tests.attacks.arena import Arena
from tests.attacks.cuda import DRIVER, LIMITS
from tests.attacks.registry import GPU, case

PROGRAM = f"""{DRIVER}
def attack(hang):
    card = Card()
    print("on")
    if hang:
        card.spin()
    print("off")
"""


@case(37, "hang a GPU", where=GPU)
def gpu_hang(arena: Arena) -> None:
    limits = {**LIMITS, "task_seconds": 10, "total_seconds": 15}
    hung = arena.attack(PROGRAM, limits=limits, hang=True)
    assert hung.lines[0] == "on"
    assert "off" not in hung.lines
    assert (hung.state, hung.tasks["attacked"].outcome) == ("failed", "timeout")
    following = arena.attack(PROGRAM, limits=LIMITS, hang=False)
    assert (following.lines, following.state) == (["on", "off"], "scored")


@gpu_hang.control
def the_kernel_does_not_end_by_itself(arena: Arena) -> None:
    seen = arena.undefended(PROGRAM, hang=True, seconds=10)
    assert (seen.lines, seen.exit_code) == (["on"], None)
