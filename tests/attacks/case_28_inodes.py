"""Row 28: files without end and without a byte in them."""

from sandbox import command
from sandbox.guarantees import Guarantee
from tests.attacks.arena import MIB, Arena
from tests.attacks.registry import case

MOST = 60_000
MEMORY_BYTES = 96 * MIB
ALLOWED = {"/tmp": command.TMP_FILES, "/dev/shm": command.SHM_FILES, "/out": 12}
PROGRAM = """
import errno

def attack(folder, most):
    made = error = 0
    try:
        while made < most:
            os.close(os.open(f"{folder}/filler-{made}", os.O_CREAT | os.O_WRONLY))
            made += 1
    except OSError as refused:
        error = refused.errno
    print(made, errno.errorcode.get(error, "none"))
    # Room for the answers, so that the verdict is on them.
    for index in range(min(made, 8)):
        os.unlink(f"{folder}/filler-{index}")
"""


@case(28, "use up inodes", needs=(Guarantee.DISK_BOUND,))
def inodes(arena: Arena) -> None:
    for folder, allowed in ALLOWED.items():
        limits = {"memory_bytes": MEMORY_BYTES}
        after = arena.attack(PROGRAM, limits=limits, folder=folder, most=MOST)
        if after.outcome == "out_of_memory":
            # A kernel of the run's own keeps its files in the run's own memory.
            assert Guarantee.KERNEL_ISOLATION in arena.held, folder
            assert (after.state, after.lines) == ("failed", [])
            continue
        assert (after.state, after.outcome) == ("scored", "ok"), folder
        made, error = after.lines[0].split()
        assert (error, int(made) <= allowed) == ("ENOSPC", True), folder


@inodes.control
def there_are_more_where_nothing_bounds_them(arena: Arena) -> None:
    most = 2 * max(ALLOWED.values())
    assert arena.undefended(PROGRAM, folder=".", most=most).lines == [f"{most} none"]
