"""Row 47: leave something in a cache for a later run."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.attacks.arena import Arena
from tests.attacks.registry import case

PROGRAM = """
import ctypes, tempfile

LIBC = ctypes.CDLL(None, use_errno=True)
NAME = "podium-left-behind"


def writable(tops):
    for top in tops:
        for folder, folders, _ in os.walk(top):
            folders[:] = [name for name in folders if name not in ("proc", "sys")]
            if os.access(folder, os.W_OK):
                yield Path(folder)


def places(tops):
    caches = (".cache/huggingface", ".cache/torch", ".config", ".local/lib")
    yield from (Path.home() / cache for cache in caches)
    yield from writable(tops)


def attack(tops):
    tops = tops or ["/"]
    print("seen", sum((folder / NAME).exists() for folder in places(tops)))
    made = 0
    for folder in list(places(tops)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / NAME).write_text("left by an earlier run")
            made += 1
        except OSError:
            pass
    print("made", made > 0)
    try:
        # The program itself, and the byte code of what it imports.
        Path(__file__).write_text("")
        print("rewritten")
    except OSError:
        print("kept")
    print("memory", LIBC.shmget(0x7A47, 0, 0) >= 0)
    LIBC.shmget(0x7A47, 16, 0o1666)
"""
FRESH = ["seen 0", "made True", "kept", "memory False"]


@case(47, "persistence in caches")
def persistence(arena: Arena) -> None:
    # The sample run and the hidden run of one submission, then both of another.
    competition = arena.competition()
    first, second = (arena.attack(PROGRAM, competition=competition, tops=None) for _ in range(2))
    for after in (first, second):
        assert after.smoke_lines == FRESH
        assert after.lines == FRESH
        assert (after.state, after.outcome) == ("scored", "ok")


@persistence.control
def folders_that_stay_hold_it(arena: Arena) -> None:
    with TemporaryDirectory() as folder:
        first, second = (arena.undefended(PROGRAM, tops=[folder]) for _ in range(2))
        assert "seen 0" in first.lines
        assert "seen 1" in second.lines
        assert Path(folder, "podium-left-behind").exists()
