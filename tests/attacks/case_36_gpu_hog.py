"""Row 36: take all memory of a GPU."""

from tests.attacks.arena import Arena
from tests.attacks.cuda import DRIVER, EVERYTHING, LIMITS
from tests.attacks.registry import GPU, case

PROGRAM = f"""{DRIVER}
def attack(pieces):
    card = Card()
    card.take(pieces)
    print("free", card.free_percent())
"""


def free(lines: list[str]) -> int:
    """The free memory that was printed, in percent."""
    return int(lines[-1].removeprefix("free "))


@case(36, "hog a GPU", where=GPU)
def gpu_hog(arena: Arena) -> None:
    hog = arena.attack(PROGRAM, limits=LIMITS, pieces=EVERYTHING)
    assert free(hog.lines) < 10
    following = arena.attack(PROGRAM, limits=LIMITS, pieces=0)
    assert free(following.lines) > 80
    assert following.state == "scored"


@gpu_hog.control
def who_shares_the_card_has_nothing_left(arena: Arena) -> None:
    assert free(arena.undefended(PROGRAM, pieces=0).lines) > 50
    assert free(arena.undefended(PROGRAM, pieces=EVERYTHING).lines) < 10
