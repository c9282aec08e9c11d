"""One check for each guarantee that can be seen from inside a sandbox."""

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import calls

CPU_SECONDS = 1.0
CPU_JUMP_SECONDS = 0.001
CPU_TOLERANCE = 1.5
KERNEL_PLACES = ("/proc/", "/sys/")
"""Nobody can make a folder there, so a mount below is the runtime's own cover."""
OWN_PLACES = frozenset(
    {
        *("/", "/proc", "/sys", "/in", "/out", "/tmp", "/dev"),
        *(f"/dev/{name}" for name in ("pts", "shm", "mqueue", "console", "tty")),
        *(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom")),
    }
)

Run = dict[str, Any]
Finding = tuple[bool, str]


def no_network(_: Run) -> Finding:
    lines = Path("/proc/net/dev").read_text().splitlines()[2:]
    links = [line.split(":")[0].strip() for line in lines]
    reached = []
    for family, address in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((address, 53))
            reached.append(address)
        except OSError:
            continue
    return not reached and set(links) <= {"lo"}, f"links {links}, routes to {reached}"


def read_only_root(_: Run) -> Finding:
    written = []
    for folder in ("/", "/in", "/usr", "/etc", "/dev", str(Path(__file__).parent)):
        target = Path(folder, "podium-probe")
        try:
            target.touch()
            target.unlink()
            written.append(folder)
        except OSError:
            continue
    root = [options for point, options in _mounts() if point == "/"]
    return not written and bool(root) and "ro" in root[-1], f"written {written}, root {root[-1:]}"


def non_root(_: Run) -> Finding:
    users = {*os.getresuid(), *os.getresgid()}
    return 0 not in users, f"users {sorted(users)}"


def no_capabilities(_: Run) -> Finding:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    sets = {name: status[name].strip() for name in ("CapPrm", "CapEff", "CapBnd")}
    return all(int(value, 16) == 0 for value in sets.values()), str(sets)


def syscall_filter(run: Run) -> Finding:
    """A kernel that the sandbox has for itself may answer what stays inside of it."""
    own_kernel, _ = kernel_isolation(run)
    tried = calls.REACHING_OUT if own_kernel else {**calls.REACHING_OUT, **calls.ON_THIS_KERNEL}
    allowed = [name for name, call in tried.items() if call()]
    return not allowed, f"allowed {allowed}"


def disk_bound(run: Run) -> Finding:
    taken = {}
    for folder in ("/out", "/tmp"):
        taken[folder] = _fill(Path(folder), run["size"])
    return all(size <= run["size"] for size in taken.values()), f"bytes taken {taken}"


def _fill(folder: Path, size: int) -> int:
    """Write files of a quarter of `size` until nothing more fits; return what fitted."""
    taken, made = 0, list[Path]()
    try:
        for number in range(8):
            made.append(folder / f"fill{number}")
            with made[-1].open("wb", buffering=0) as sink:
                taken += sink.write(bytes(size // 4))
    except OSError:
        pass
    for path in made:
        path.unlink(missing_ok=True)
    return taken


def cpu_bound(run: Run) -> Finding:
    """Spin beside a child that spins too, and count the moments in which the clock jumped: there
    the cpu was taken away. Both together should get the limit.

    The own processor time would be no measure, as gVisor counts it by its own clock.
    """
    child = os.fork()
    if child == 0:
        while True:
            pass
    started = last = time.monotonic()
    idle = 0.0
    while last - started < CPU_SECONDS:
        now = time.monotonic()
        idle += now - last if now - last > CPU_JUMP_SECONDS else 0.0
        last = now
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    share = 1 - idle / (last - started)
    return share <= CPU_TOLERANCE * run["cpus"], f"{share:.2f} cpus of {run['cpus'] / 2}"


def fresh_state(_: Run) -> Finding:
    """The way to what is mounted below such a place (an environment below /tmp) is no leftover."""
    places = ("/tmp", "/out", "/dev/shm")
    ways = {way for point, _ in _mounts() for way in (Path(point), *Path(point).parents)}
    left = [str(path) for place in places for path in Path(place).iterdir() if path not in ways]
    return not left, f"found {left}"


def no_labels(run: Run) -> Finding:
    """Nothing lies in /in that was not put there, and no other place of the machine is shown."""
    found = {path.relative_to("/in").as_posix() for path in Path("/in").rglob("*")}
    more = sorted(found - set(run["staged"]))[:5]
    known = OWN_PLACES | set(run["shown"])
    places = {point for point, _ in _mounts()} - known
    strange = sorted(place for place in places if not place.startswith(KERNEL_PLACES))
    return not more and not strange, f"not staged {more}, not expected {strange}"


def kernel_isolation(run: Run) -> Finding:
    version = Path("/proc/version").read_text().strip()
    return version != run["host_kernel"], version


def _mounts() -> list[tuple[str, list[str]]]:
    """Where something is mounted, with its options."""
    lines = (line.split() for line in Path("/proc/self/mounts").read_text().splitlines())
    return [(line[1], line[3].split(",")) for line in lines]


CHECKS: tuple[Callable[[Run], Finding], ...] = (
    fresh_state,
    no_labels,
    no_network,
    read_only_root,
    non_root,
    no_capabilities,
    syscall_filter,
    disk_bound,
    cpu_bound,
    kernel_isolation,
)


def rows(run: Run) -> list[Run]:
    """What each check found."""
    found = []
    for check in CHECKS:
        try:
            held, detail = check(run)
        except (OSError, LookupError, ValueError) as error:
            held, detail = False, f"{type(error).__name__}: {error}"
        found.append({"guarantee": check.__name__, "held": held, "detail": detail})
    return found
