"""Row 48: change the process or leave one behind, so that the next run meets it."""

from tests.attacks.arena import Arena
from tests.attacks.registry import case

PROGRAM = """
import subprocess

LEFT = "import time; time.sleep(300)"
NAME = "\\0podium-left-behind"


def others():
    own = {str(os.getpid()), "1"}
    return [path for path in Path("/proc").glob("[0-9]*/cmdline")
            if path.parent.name not in own and LEFT.encode() in path.read_bytes()]


def attack():
    print("imported", hasattr(sys, "left_behind"), "environment", "LEFT_BEHIND" in os.environ)
    print("processes", len(others()))
    with socket.socket(socket.AF_UNIX) as caller:
        try:
            caller.connect(NAME)
            print("answered")
        except OSError:
            print("no answer")
    sys.left_behind = os.environ["LEFT_BEHIND"] = "yes"
    # It leaves the group, the session and every stream of the run.
    null = subprocess.DEVNULL
    subprocess.Popen([sys.executable, "-c", LEFT], start_new_session=True,
                     stdin=null, stdout=null, stderr=null)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(NAME)
    listener.listen()
    if os.fork() == 0:
        for number in (0, 1, 2):
            os.close(number)
        time.sleep(300)
        os._exit(0)
"""
FRESH = ["imported False environment False", "processes 0", "no answer"]


@case(48, "warm reuse")
def warm_reuse(arena: Arena) -> None:
    competition = arena.competition()
    first, second = (arena.attack(PROGRAM, competition=competition) for _ in range(2))
    for after in (first, second):
        assert after.smoke_lines == FRESH
        assert after.lines == FRESH
        assert (after.state, after.outcome) == ("scored", "ok")


@warm_reuse.control
def what_is_left_outlives_the_runner(arena: Arena) -> None:
    seen = arena.undefended(PROGRAM, seconds=20)
    assert seen.lines == FRESH
    assert seen.survivors == 2
