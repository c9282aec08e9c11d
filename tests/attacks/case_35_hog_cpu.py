"""Row 35: take every core of the machine."""

import os

from sandbox.guarantees import Guarantee
from tests.attacks.arena import Arena
from tests.attacks.host import cpu_share, descendants, look, sampled
from tests.attacks.processes import watched
from tests.attacks.registry import case

# Far below what one gets on a machine that is busy with others, so that the bound shows.
SHARE = 0.15
PROCESSES = 4
SECONDS = 2.0
PROGRAM = """
def attack(processes, lasting):
    for _ in range(processes):
        if os.fork() == 0:
            end = time.monotonic() + lasting
            while time.monotonic() < end:
                sum(range(1000))
            os._exit(0)
    for _ in range(processes):
        os.wait()
    print("hogged")
"""


@case(35, "hog the CPU", needs=(Guarantee.CPU_BOUND,))
def hog_cpu(arena: Arena) -> None:
    with watched(arena) as looks:
        after = arena.attack(PROGRAM, limits={"cpus": SHARE}, processes=PROCESSES, lasting=SECONDS)
    assert 0 < cpu_share(looks) < 1.3 * SHARE
    assert after.lines == ["hogged"]
    assert (after.state, after.outcome) == ("scored", "ok")


@hog_cpu.control
def more_is_taken_where_nothing_bounds_it(arena: Arena) -> None:
    with sampled(lambda: look(descendants(os.getpid()))) as looks:
        assert arena.undefended(PROGRAM, processes=PROCESSES, lasting=SECONDS).lines == ["hogged"]
    assert cpu_share(looks) > 1.6 * SHARE
