"""Looks at a sandbox from inside and writes down what it finds, one line for each guarantee.

Runs as `python -m runner /in /out`, like the runner. `/in/run.json` names what to try:
`posture` looks around, `memory` takes memory without end, `processes` forks without end,
`forever` stays.
"""

import ctypes
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CPU_SECONDS = 1.0
CPU_JUMP_SECONDS = 0.001
CPU_TOLERANCE = 1.5
RUNTIME_PROCESSES = 200
"""More than any runtime adds to the limit for itself."""
NUMBERS = {
    "x86_64": {"io_uring_setup": 425, "bpf": 321, "keyctl": 250, "userfaultfd": 323, "mount": 165},
    "aarch64": {"io_uring_setup": 425, "bpf": 280, "keyctl": 219, "userfaultfd": 282, "mount": 40},
}
ARGUMENTS = {
    "io_uring_setup": (1, ctypes.create_string_buffer(256)),
    "bpf": (0, ctypes.create_string_buffer(256), 64),
    "keyctl": (0, -2, 0),
    "userfaultfd": (1,),
    "mount": (b"none", b"/tmp", b"tmpfs", 0, None),
}
AF_ALG, AF_VSOCK = 38, 40

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
    mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    root = [mount[3].split(",") for mount in mounts if mount[1] == "/"]
    return not written and bool(root) and "ro" in root[-1], f"written {written}, root {root[-1:]}"


def non_root(_: Run) -> Finding:
    users = {*os.getresuid(), *os.getresgid()}
    return 0 not in users, f"users {sorted(users)}"


def no_capabilities(_: Run) -> Finding:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    sets = {name: status[name].strip() for name in ("CapPrm", "CapEff", "CapBnd")}
    return all(int(value, 16) == 0 for value in sets.values()), str(sets)


def syscall_filter(_: Run) -> Finding:
    libc = ctypes.CDLL(None, use_errno=True)
    numbers = NUMBERS.get(os.uname().machine, {})
    allowed = [n for n, number in numbers.items() if libc.syscall(number, *ARGUMENTS[n]) >= 0]
    for name, family, kind in (("vsock", AF_VSOCK, 1), ("alg", AF_ALG, 5)):
        try:
            socket.socket(family, kind).close()
            allowed.append(name)
        except OSError:
            continue
    return bool(numbers) and not allowed, f"allowed {allowed}"


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


def _list(folder: str) -> list[Path]:
    return list(Path(folder).iterdir())


def fresh_state(_: Run) -> Finding:
    left = [str(path) for path in (*_list("/tmp"), *_list("/out"), *_list("/dev/shm"))]
    return not left, f"found {left}"


def no_labels(run: Run) -> Finding:
    found = {path.relative_to("/in").as_posix() for path in Path("/in").rglob("*")}
    return found <= set(run["staged"]), f"staged {sorted(found - set(run['staged']))[:5]}"


def user_namespace(_: Run) -> Finding:
    mapped = Path("/proc/self/uid_map").read_text().split()
    return mapped != ["0", "0", "4294967295"], f"map {mapped}"


def kernel_isolation(run: Run) -> Finding:
    version = Path("/proc/version").read_text().strip()
    return version != run["host_kernel"], version


CHECKS: dict[str, Callable[[Run], Finding]] = {
    check.__name__: check
    for check in (
        fresh_state,
        no_labels,
        no_network,
        read_only_root,
        non_root,
        no_capabilities,
        syscall_filter,
        disk_bound,
        cpu_bound,
        user_namespace,
        kernel_isolation,
    )
}


def posture(run: Run, out: Path) -> None:
    rows = []
    for name, check in CHECKS.items():
        try:
            held, detail = check(run)
        except (OSError, LookupError, ValueError) as error:
            held, detail = False, f"{type(error).__name__}: {error}"
        rows.append({"guarantee": name, "held": held, "detail": detail})
    # Made only now: an empty /out is one of the findings.
    out.mkdir()
    (out / "predictions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (out / "report.json").write_text(json.dumps({"status": "ok", "rows": len(rows)}))


def memory(run: Run) -> None:
    print("x" * (2 * run["size"]), flush=True)
    taken = bytearray()
    while len(taken) < 4 * run["memory"]:
        taken += b"\1" * (8 << 20)
    print("unbounded", flush=True)


def processes(run: Run) -> None:
    children = 0
    try:
        while children <= run["pids"] + RUNTIME_PROCESSES:
            if os.fork() == 0:
                time.sleep(3600)
            children += 1
    except OSError:
        print(f"bounded at {children}", flush=True)
    else:
        print("unbounded", flush=True)


def forever(_: Run) -> None:
    time.sleep(3600)


def main(in_dir: str, out_dir: str) -> None:
    run = json.loads(Path(in_dir, "run.json").read_text())
    out = Path(out_dir, run["tasks"][0])
    probes: dict[str, Callable[[Run], None]] = {
        "posture": lambda run: posture(run, out),
        "memory": memory,
        "processes": processes,
        "forever": forever,
    }
    probes[run["probe"]](run)


if __name__ == "__main__":
    main(*sys.argv[1:])
