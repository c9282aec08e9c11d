"""Row 29: fill the machine's disk through /out."""

from pathlib import Path

from django.conf import settings

from sandbox.guarantees import Guarantee
from tests.attacks.arena import LIMITS, MIB, Arena
from tests.attacks.host import free_bytes, sampled
from tests.attacks.registry import case

MOST = 64 * MIB
ATTEMPTED = 4096 * MIB
# One file that grows, many that do not, and one that is large by a hole.
PROGRAM = """
def attack(most):
    written = 0
    for name in ("one", *(f"part-{number}" for number in range(64))):
        try:
            with (OUT / name).open("wb", buffering=0) as sink:
                while written < most:
                    written += sink.write(bytes(1 << 20))
                    if name != "one":
                        break
        except OSError:
            pass
    try:
        with (OUT / "hole").open("wb") as sink:
            sink.truncate(most)
            print("hole")
    except OSError:
        print("no hole")
    print("written", written)
    os._exit(0)
"""


@case(29, "fill the disk through /out", needs=(Guarantee.DISK_BOUND,))
def fill_disk(arena: Arena) -> None:
    work = Path(settings.WORK_DIR).parent
    before = free_bytes(work)
    with sampled(lambda: free_bytes(work)) as free:
        after = arena.attack(PROGRAM, most=ATTEMPTED)
    # Others write to the same disk meanwhile; what was attempted is far above their noise.
    assert min(free) > before - ATTEMPTED / 4
    assert after.state == "failed"
    assert after.tasks["attacked"].outcome == "output_limit"
    assert after.run.usage["output_bytes"] <= LIMITS["output_bytes"]
    written = int(after.lines[-1].split()[1])
    assert 0 < written <= LIMITS["output_bytes"]
    assert after.predictions == {}


@fill_disk.control
def the_disk_has_room_where_nothing_bounds_it(arena: Arena) -> None:
    assert arena.undefended(PROGRAM, most=MOST).lines == ["hole", f"written {MOST}"]
