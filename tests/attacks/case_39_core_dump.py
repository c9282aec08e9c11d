"""Row 39: crash, so that the kernel writes the memory of a process to the machine's disk."""

from pathlib import Path

from django.conf import settings

from tests.attacks.arena import Arena
from tests.attacks.registry import case

# The kernel says by the status of a dead child whether it wrote a dump, wherever that went.
PROGRAM = """
import resource, signal

def attack(folders):
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    for folder in folders:
        child = os.fork()
        if child == 0:
            os.chdir(folder)
            signal.signal(signal.SIGSEGV, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGSEGV)
            time.sleep(5)
        _, status = os.waitpid(child, 0)
        found = [path.name for path in Path(folder).glob("core*")]
        print(folder, os.WTERMSIG(status) == signal.SIGSEGV, os.WCOREDUMP(status), found)
"""


def places() -> set[Path]:
    """Dumps where the machine's pattern would put them: a folder, or that of the process."""
    pattern = Path("/proc/sys/kernel/core_pattern").read_text().strip()
    folder = Path(pattern).parent if pattern.startswith("/") else Path(settings.WORK_DIR)
    return {path for path in folder.rglob("core*") if path.is_file()}


@case(39, "core dump")
def core_dump(arena: Arena) -> None:
    before = places()
    after = arena.attack(PROGRAM, folders=["/tmp", "/dev/shm", "/out"])
    assert after.lines == [f"{name} True False []" for name in ("/tmp", "/dev/shm", "/out")]
    assert places() == before
    assert (after.state, after.outcome) == ("scored", "ok")


@core_dump.control
def the_kernel_writes_one_for_a_plain_process(arena: Arena) -> None:
    (line,) = arena.undefended(PROGRAM, folders=["."]).lines
    assert line.startswith(". True True")
