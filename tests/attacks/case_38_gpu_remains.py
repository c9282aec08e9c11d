"""Row 38: leave data on the GPU, or look for what the run before has left."""

from tests.attacks.arena import Arena
from tests.attacks.cuda import DRIVER, EVERYTHING, LIMITS
from tests.attacks.registry import GPU, case

WORD = 0x5EC2E7A1
PROGRAM = f"""{DRIVER}
def attack(rounds, word, most):
    card = Card()
    for turn in rounds:
        pieces = card.take(most)
        if turn == "leave":
            for piece in pieces:
                card.fill(piece, word)
            print("left", len(pieces) > 0)
        else:
            print("found", any(card.holds(piece, word) for piece in pieces))
        card.give_back(pieces)
"""


@case(38, "leave data on a GPU", where=GPU)
def gpu_remains(arena: Arena) -> None:
    def run(turn: str) -> list[str]:
        after = arena.attack(PROGRAM, limits=LIMITS, rounds=[turn], word=WORD, most=EVERYTHING)
        return [*after.smoke_lines, *after.lines]

    assert run("leave") == ["left True"] * 2
    assert run("look") == ["found False"] * 2


@gpu_remains.control
def one_process_finds_what_it_left_itself(arena: Arena) -> None:
    seen = arena.undefended(PROGRAM, rounds=["leave", "look"], word=WORD, most=4)
    assert seen.lines == ["left True", "found True"]
