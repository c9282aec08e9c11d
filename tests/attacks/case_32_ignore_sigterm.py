"""Row 32: ignore every signal that can be ignored, and the runner's own alarm with them."""

from sandbox.guarantees import Guarantee
from tests.attacks.arena import Arena
from tests.attacks.processes import of_runs
from tests.attacks.registry import case

LIMIT = 1
FOREVER = 600
PROGRAM = """
import signal

def attack(lasting):
    fixed = {signal.SIGKILL, signal.SIGSTOP}
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals() - fixed)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM, signal.SIGHUP):
        os.kill(os.getpid(), number)
    print("still here")
    end = time.monotonic() + lasting
    while time.monotonic() < end:
        time.sleep(1)
    print("to the end")
"""


@case(32, "ignore SIGTERM", needs=(Guarantee.WALL_CLOCK,))
def ignore_sigterm(arena: Arena) -> None:
    limits = {"task_seconds": LIMIT, "total_seconds": LIMIT}
    after = arena.attack(PROGRAM, limits=limits, lasting=FOREVER)
    assert (after.state, after.outcome) == ("failed", "timeout")
    assert after.lines == ["still here"]
    assert after.run.usage["wall_seconds"] < FOREVER / 10
    assert of_runs(arena) == set()


@ignore_sigterm.control
def signals_alone_do_not_end_it(arena: Arena) -> None:
    seen = arena.undefended(PROGRAM, lasting=LIMIT)
    assert seen.lines == ["still here", "to the end"]
