"""What a run can see and do, as plain facts; `sandbox.posture` puts them into an order."""

import os
import resource
import socket
import stat
from pathlib import Path
from typing import Any

from . import markers

SENSITIVE = (
    *("/proc/kcore", "/proc/keys", "/proc/key-users", "/proc/latency_stats", "/proc/sched_debug"),
    *("/proc/timer_list", "/proc/scsi", "/proc/acpi", "/proc/asound", "/proc/sysrq-trigger"),
    *("/proc/kallsyms", "/proc/modules", "/proc/slabinfo", "/proc/vmallocinfo", "/proc/locks"),
    *("/sys/firmware", "/sys/kernel/debug", "/sys/devices/virtual/powercap", "/sys/fs/selinux"),
)
"""Files and folders of a kernel that say more than a run should know."""
BOUNDS = {
    "memory": ("memory/memory.limit_in_bytes", "memory.max"),
    "pids": ("pids/pids.max", "pids.max"),
}
GROUPS = Path("/sys/fs/cgroup")
_LIMITS = ("core", "cpu", "fsize", "data", "stack", "nproc", "nofile", "memlock", "as")


def facts(mark: str) -> dict[str, Any]:
    """All of it; `mark` is a name that no file has."""
    status = dict(line.split(":", 1) for line in _text("/proc/self/status").splitlines())
    return {
        "kernel": _text("/proc/version").strip(),
        "hostname": socket.gethostname(),
        "users": {
            "uid": sorted(set(os.getresuid())),
            "gid": sorted({*os.getresgid(), *os.getgroups()}),
            "uid_map": _text("/proc/self/uid_map").split(),
            "gid_map": _text("/proc/self/gid_map").split(),
        },
        "capabilities": {
            name: value.strip() for name, value in status.items() if name.startswith("Cap")
        },
        "seccomp": status.get("Seccomp", "not said").strip(),
        "no_new_privileges": status.get("NoNewPrivs", "not said").strip(),
        "namespaces": {path.name: _link(path) for path in Path("/proc/self/ns").iterdir()},
        "mounts": mounts(),
        "files": {path.name: _link(path) for path in Path("/proc/self/fd").iterdir()},
        "environment": dict(os.environ),
        "limits": {
            name: resource.getrlimit(getattr(resource, f"RLIMIT_{name.upper()}"))
            for name in _LIMITS
        },
        "control_groups": sorted({line.split(":", 2)[2] for line in _lines("/proc/self/cgroup")}),
        "bounds": {**{name: _bound(*files) for name, files in BOUNDS.items()}, "cpus": _cpus()},
        "devices": {path.name: _kind(path) for path in Path("/dev").iterdir()},
        "writable": markers.writable(mark),
        "open": [path for path in SENSITIVE if says_something(Path(path))],
        "processes": sorted(filter(None, map(_program, Path("/proc").glob("[0-9]*/cmdline")))),
    }


def mounts() -> list[dict[str, Any]]:
    """Where, of which kind, with which options; sizes in bytes and numbers of files."""
    found = []
    for line in _lines("/proc/self/mounts"):
        _, point, kind, options = line.split()[:4]
        try:
            size = os.statvfs(point)
        except OSError:
            continue
        found.append(
            {
                "point": point,
                "kind": kind,
                "options": options.split(","),
                "size": size.f_blocks * size.f_frsize,
                "inodes": size.f_files,
            }
        )
    return found


def says_something(path: Path) -> bool:
    """Whether a file can be read and has a byte, or a folder can be listed and has an entry."""
    try:
        if path.is_dir():
            return any(path.iterdir())
        with path.open("rb") as file:
            return bool(file.read(1))
    except OSError:
        return False


def _bound(old: str, new: str) -> str | None:
    """A limit as the control group shows it; None where no group is shown."""
    for name in (old, new):
        if said := _text(str(GROUPS / name)).strip():
            return said
    return None


def _cpus() -> str | None:
    old = [
        _text(str(GROUPS / "cpu" / f"cpu.cfs_{name}_us")).strip() for name in ("quota", "period")
    ]
    return " ".join(old) if all(old) else _text(str(GROUPS / "cpu.max")).strip() or None


def _program(path: Path) -> str:
    return Path(_text(str(path)).split("\0")[0]).name


def _kind(path: Path) -> str:
    mode = path.lstat().st_mode
    kinds = {stat.S_IFCHR: "device", stat.S_IFBLK: "block device", stat.S_IFLNK: "link"}
    return kinds.get(stat.S_IFMT(mode), "folder" if stat.S_ISDIR(mode) else "file")


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return "closed"


def _text(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""


def _lines(path: str) -> list[str]:
    return _text(path).splitlines()
