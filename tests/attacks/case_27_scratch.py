"""Row 27: fill what a run may write besides its output: /tmp and shared memory."""

from pathlib import Path

from sandbox import command
from sandbox.guarantees import Guarantee
from tests.attacks.arena import LIMITS, MIB, Arena
from tests.attacks.host import free_bytes, sampled
from tests.attacks.registry import case

MOST = 96 * MIB
ATTEMPTED = 4096 * MIB
ALLOWED = {"/tmp": LIMITS["tmp_bytes"], "/dev/shm": command.SHM_BYTES}
PROGRAM = """
import errno

def attack(folders, most):
    for folder in folders:
        written = number = 0
        error = 0
        try:
            while written < most:
                with open(f"{folder}/filler-{number}", "wb", buffering=0) as sink:
                    written += sink.write(bytes(1 << 20))
                number += 1
        except OSError as refused:
            error = refused.errno
        print(folder, written, errno.errorcode.get(error, "none"))
        for index in range(number + 1):
            Path(f"{folder}/filler-{index}").unlink(missing_ok=True)
"""


@case(27, "fill /tmp and shared memory", needs=(Guarantee.DISK_BOUND,))
def scratch(arena: Arena) -> None:
    before = free_bytes(Path("/dev/shm"))
    with sampled(lambda: free_bytes(Path("/dev/shm"))) as free:
        after = arena.attack(PROGRAM, folders=list(ALLOWED), most=ATTEMPTED)
    assert min(free) > before - MOST / 2
    assert (after.state, after.outcome) == ("scored", "ok")
    assert len(after.lines) == len(ALLOWED)
    for line in after.lines:
        folder, written, error = line.split()
        assert error == "ENOSPC"
        assert 0 < int(written) <= ALLOWED[folder]


@scratch.control
def there_is_room_for_more_where_nothing_bounds_it(arena: Arena) -> None:
    seen = arena.undefended(PROGRAM, folders=["."], most=MOST)
    assert seen.lines == [f". {MOST} none"]
