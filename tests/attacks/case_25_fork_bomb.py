"""Row 25: processes without end."""

from sandbox.guarantees import Guarantee
from tests.attacks.arena import LIMITS, Arena
from tests.attacks.processes import watched
from tests.attacks.registry import case

MOST = 300
# A runtime's own threads share the limit with the run's: gVisor gets 64 for them.
BOUND = LIMITS["pids"] + 128
# The children stay until the sandbox ends; the first one that can't be started ends the attack.
PROGRAM = """
def attack(most):
    started = 0
    try:
        while started < most:
            if os.fork() == 0:
                time.sleep(20)
                os._exit(0)
            started += 1
    except OSError:
        pass
    time.sleep(0.3)
    print("started", started)
"""


@case(25, "fork bomb", needs=(Guarantee.PIDS_BOUND,))
def fork_bomb(arena: Arena) -> None:
    # Where each process has a kernel's memory of its own, memory must not end the run first.
    with watched(arena) as looks:
        after = arena.attack(PROGRAM, limits={"memory_bytes": 1 << 30}, most=MOST)
    assert 1 < max(seen.threads for seen in looks) <= BOUND
    assert f"started {MOST}" not in after.lines
    # The runtime may end the whole sandbox at the limit; nothing was predicted then.
    started = [int(line.split()[1]) for line in after.lines if line.startswith("started ")]
    ended_whole = not started and after.state == "failed" and not after.predictions
    assert ended_whole or (after.state == "scored" and started[0] <= LIMITS["pids"])


@fork_bomb.control
def all_start_where_nothing_bounds_them(arena: Arena) -> None:
    seen = arena.undefended(PROGRAM, most=MOST)
    assert seen.lines == [f"started {MOST}"]
    assert seen.survivors == MOST
