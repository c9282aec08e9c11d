"""Row 34: end the runner, or whatever waits for it, so that silence passes for success."""

from tests.attacks.arena import Arena
from tests.attacks.registry import case

# A report that says all is well lies where the runner would have put its own.
PROGRAM = """
import signal

def forge():
    folder = OUT / TASK["slug"]
    folder.mkdir(exist_ok=True)
    report = {"status": "ok", "rows": 8, "error_code": None}
    (folder / "report.json").write_text(json.dumps(report))
    print("forged", (folder / "report.json").exists())

def leave():
    os._exit(0)

def kill_all():
    assert str(OUT) == "/out", "only ever inside of a sandbox"
    for target in (os.getppid(), 1, -1):
        try:
            os.kill(target, signal.SIGKILL)
        except OSError:
            pass
    os._exit(0)

def fall_silent():
    os.closerange(0, 4096)
    os._exit(0)

def attack(way):
    forge()
    {"leave": leave, "kill all": kill_all, "fall silent": fall_silent}[way]()
"""


@case(34, "kill the harness")
def kill_harness(arena: Arena) -> None:
    for way in ("leave", "kill all", "fall silent"):
        after = arena.attack(PROGRAM, way=way)
        assert after.lines == ["forged True"], way
        assert after.state == "failed", way
        assert after.tasks["attacked"].outcome != "ok", way
        assert after.predictions == {}, way
        assert len(after.runs) == 1, "a verdict, not a fault of the platform that is tried again"


@kill_harness.control
def who_asks_the_process_alone_is_told_that_all_is_well(arena: Arena) -> None:
    seen = arena.undefended(PROGRAM, way="leave")
    assert (seen.lines, seen.exit_code, seen.predictions) == (["forged True"], 0, None)
