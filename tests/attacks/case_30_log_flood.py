"""Row 30: lines without end, and a line without end."""

from common import blobs
from sandbox.guarantees import Guarantee
from tests.attacks.arena import LIMITS, MIB, Arena
from tests.attacks.host import resident_bytes, sampled
from tests.attacks.processes import containers, log_bytes
from tests.attacks.registry import case

LINES = 4 * MIB
ENDLESS = 256 * MIB
PROGRAM = """
def attack(lines, endless):
    line = b"flood " * 15 + b"\\n"
    for piece, size in ((line * 1000, lines), (b"x" * (1 << 20), endless)):
        written = 0
        while written < size:
            written += os.write(2, piece)
    print()
    print("flooded")
"""


@case(30, "log flood and endless line", needs=(Guarantee.LOG_BOUND,))
def log_flood(arena: Arena) -> None:
    limits = {"task_seconds": 4, "total_seconds": 4}
    with (
        sampled(lambda: sum(map(log_bytes, containers()))) as on_disk,
        sampled(resident_bytes) as resident,
    ):
        after = arena.attack(PROGRAM, limits=limits, lines=LINES, endless=ENDLESS)
    emitted = after.run.usage["log_bytes"]
    assert emitted > 2 * LINES
    assert max(resident) - resident[0] < emitted / 2
    assert max(on_disk) < emitted / 2
    assert 0 < len(blobs.logs.read(after.run.log_sha256)) <= LIMITS["log_bytes"]
    assert len(after.visible) < 4 * MIB
    assert (after.state, after.outcome) == ("failed", "timeout")


@log_flood.control
def a_plain_file_takes_it_all(arena: Arena) -> None:
    seen = arena.undefended(PROGRAM, lines=LINES, endless=2 * MIB)
    assert sum(map(len, seen.lines)) > LINES
    assert max(map(len, seen.lines)) >= 2 * MIB
    assert seen.lines[-1] == "flooded"
