"""Row 33: leave a process behind that belongs to nobody."""

from uuid import uuid4

from sandbox.guarantees import Guarantee
from tests.attacks.arena import Arena
from tests.attacks.processes import of_runs, watched
from tests.attacks.registry import case
from tests.sandbox.lab import is_running

# Forked twice, in a session of its own, deaf, with no stream that anybody could wait for.
PROGRAM = """
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"

def attack(mark):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.closerange(0, 4096)
            os.open("/dev/null", os.O_RDWR)
            os.execv(sys.executable, [sys.executable, "-c", DEAF, mark])
        os._exit(0)
    os.wait()
    time.sleep(0.2)
    print("left behind")
"""


@case(33, "daemonise", needs=(Guarantee.NO_SURVIVORS,))
def daemonise(arena: Arena) -> None:
    mark = f"podium-daemon-{uuid4().hex}"
    with watched(arena) as looks:
        after = arena.attack(PROGRAM, mark=mark)
    assert max(seen.threads for seen in looks) > 1
    assert after.lines == ["left behind"]
    assert (after.state, after.outcome) == ("scored", "ok")
    assert not is_running(mark)
    assert of_runs(arena) == set()


@daemonise.control
def a_plain_process_outlives_its_parent(arena: Arena) -> None:
    seen = arena.undefended(PROGRAM, mark=f"podium-daemon-{uuid4().hex}")
    assert (seen.lines, seen.survivors) == (["left behind"], 1)
