"""What a run can see and do on a backend, as a text that is the same on every machine.

A probe collects plain facts inside a real sandbox. What differs from machine to machine or from
run to run is put into words here, and only that: process and descriptor numbers, inodes of
namespaces, the run's user, the machine's users behind a user map, the folders of the runner's
environment, sizes of what can't be written, names of programs without their folders, kinds and
flags of the machine's own filesystems (only whether they can be written), and limits that nobody
set for the run.
"""

import difflib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sandbox import command
from sandbox.backend import BackendUnavailable
from sandbox.interpreter import SYSTEM_FOLDERS
from sandbox.provable import Provable
from sandbox.spec import Outcome
from sandbox.trial import PIDS, Trials

_SECONDS = 60.0
_OPTIONS = ("ro", "rw", "nosuid", "nodev", "noexec")
_OWN_LIMITS = ("core", "fsize", "nofile")
_SHOWN_ANYWHERE = frozenset((*SYSTEM_FOLDERS, "/in", command.RUNNER_FOLDER))
_GROUPS = "/sys/fs/cgroup"
_DEVICES = {f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom", "tty")}
_MADE_KINDS = {"proc", "sysfs", "tmpfs", "devpts", "mqueue", "cgroup", "cgroup2", "9p"}
_CONTAINER = re.compile(r"[0-9a-f]{64}")
_FIRST_BOUND = 2**60
"""Kernels print a bound that nobody set as about 2**63."""


def look(backend: Provable, *, work_dir: Path) -> str:
    """The posture of a sandbox of `backend` as JSON text, keys in order.

    Raises BackendUnavailable when no run could be looked at.
    """
    backend.check()
    work_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=work_dir, prefix="posture-") as name:
        result, rows = Trials(backend, Path(name)).run("facts", seconds=_SECONDS)
    if result.outcome is not Outcome.OK or len(rows) != 1:
        said = result.log.decode(errors="replace")[-500:]
        raise BackendUnavailable(f"the sandbox could not be looked at: {result.reason}. {said}")
    return as_text(describe(rows[0], shown=backend.shown()))


def as_text(posture: Mapping[str, Any]) -> str:
    """Readable and stable: one fact a line where it is short."""
    return json.dumps(posture, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def difference(expected: str, found: str) -> str:
    """What is there and should not be (+), and the other way round (-); empty when nothing is."""
    lines = difflib.unified_diff(
        expected.splitlines(), found.splitlines(), "expected", "found", lineterm="", n=2
    )
    return "\n".join(lines)


def describe(
    facts: Mapping[str, Any], *, shown: frozenset[str], proc: Path = Path("/proc")
) -> dict[str, Any]:
    """Put the facts of `sandbox.probe.survey` into words. `shown` is what the backend shows of the
    machine; `proc` is where the worker's own namespaces and kernel are read."""
    machine = (proc / "version").read_text(encoding="utf-8").strip()
    environment = sorted(path for path in shown - _SHOWN_ANYWHERE if not _is_file_of_engine(path))
    return {
        "kernel": "the machine's" if facts["kernel"] == machine else "its own",
        "hostname": facts["hostname"],
        "users": _users(facts["users"]),
        "capabilities": {name: int(value, 16) for name, value in facts["capabilities"].items()},
        "seccomp": {"0": "none", "2": "filter"}.get(facts["seccomp"], facts["seccomp"]),
        "no_new_privileges": facts["no_new_privileges"],
        "namespaces": {
            name: _compare(link, proc / "self" / "ns" / name)
            for name, link in facts["namespaces"].items()
        },
        "mounts": _mounts(facts["mounts"], set(facts["writable"]), environment),
        "files": {fd: _file(link) for fd, link in facts["files"].items()},
        "environment": facts["environment"],
        "limits": {name: _limit(name, values) for name, values in facts["limits"].items()},
        "control_groups": [_CONTAINER.sub("the container", p) for p in facts["control_groups"]],
        "bounds": {name: _bound(value) for name, value in facts["bounds"].items()},
        "devices": facts["devices"],
        "writable": _without_ways(facts["writable"], environment),
        "open": facts["open"],
        "processes": facts["processes"],
    }


def _without_ways(places: list[str], environment: list[str]) -> list[str]:
    """Folders below /tmp that lead to an environment there are part of /tmp."""
    ways = {str(way) for point in environment for way in Path(point).parents}
    return [place for place in places if not (place.startswith("/tmp/") and place in ways)]


def _is_file_of_engine(path: str) -> bool:
    return path.startswith(("/etc/", "/dev/", "/sys/")) or path.endswith("/docker-init")


def _users(users: Mapping[str, Any]) -> dict[str, Any]:
    own = {*users["uid"], *users["gid"]}
    return {
        "uid": "root" if 0 in users["uid"] else "one user" if len(own) == 1 else users["uid"],
        "gid": "root" if 0 in users["gid"] else "one group" if len(own) == 1 else users["gid"],
        "uid_map": _map(users["uid_map"], own),
        "gid_map": _map(users["gid_map"], own),
    }


def _map(words: list[str], own: set[int]) -> list[str]:
    """Ranges as "inside → outside, how many". Outside is the parent namespace, whose own 0 may be
    anybody on the machine."""
    ranges = [words[at : at + 3] for at in range(0, len(words), 3)]
    return [
        f"{'own' if int(inside) in own else inside} → "
        f"{outside if outside == '0' else 'another'}, {count}"
        for inside, outside, count in ranges
    ]


def _compare(link: str, own: Path) -> str:
    try:
        return "shared" if str(own.readlink()) == link else "private"
    except OSError:
        return "unknown to the machine"


def _mounts(
    mounts: list[dict[str, Any]], writable: set[str], environment: list[str]
) -> dict[str, str]:
    """Where → kind and options, with size and number of files where a run can write. What covers a
    part of /proc or /sys is left to "open"; a later mount of a place hides an earlier one."""
    found = {}
    for mount in mounts:
        point = mount["point"]
        if point.startswith("/proc/") or (point.startswith("/sys/") and point != _GROUPS):
            continue
        named = "the runner's environment" if point in environment else point
        found[named] = " ".join(_mount(mount, writable=point in writable))
    return found


def _mount(mount: Mapping[str, Any], *, writable: bool) -> list[str]:
    point, kind = mount["point"], mount["kind"]
    options = [each for each in _OPTIONS if each in mount["options"]]
    if kind == "devtmpfs" or point in _DEVICES:
        return ["device"]
    if kind not in _MADE_KINDS and point != "/":
        return ["disk", options[0]]
    size = [f"{mount['size']} bytes", f"{mount['inodes']} files"] if writable else []
    return [kind, *options, *size]


def _file(link: str) -> str:
    return re.sub(r":\[\d+\]$", "", re.sub(r"^/proc/\d+/", "/proc/self/", link))


def _limit(name: str, values: list[int]) -> str | int:
    soft, hard = values
    if name in _OWN_LIMITS or soft == PIDS:
        return soft if soft == hard else f"{soft} of {hard}"
    return "not set for the run"


def _bound(value: str | None) -> str | None:
    if value is None:
        return None
    words = [word for word in value.split() if word != "max"]
    set_words = [word for word in words if 0 <= int(word) < _FIRST_BOUND]
    return " ".join(set_words) if set_words else "none"
