"""Bounds memory, processes and cpu of a bubblewrap run where the worker may write control groups.

Both versions of the interface exist in the wild, and on hybrid machines a controller lies in
either, so each controller is looked up on its own. What can't be written is not bound, and the
backend then does not declare it.
"""

import contextlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox import owner
from sandbox.spec import Limits

CONTROLLERS = ("memory", "pids", "cpu", "cpuacct")
"""The last one bounds nothing and counts what is computed; version 2 counts without it."""
_PREFIX = "podium-"
_WORKERS = f"{_PREFIX}workers"
_PERIOD_MICROSECONDS = 100_000
_MOMENT_SECONDS = 0.01
_REMOVE_SECONDS = 2.0
BUBBLEWRAP_PROCESSES = 3
"""bubblewrap's own processes share the group with the run."""


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of this process in one controller's tree, and the interface's version."""

    folder: Path
    version: int


def find_places(proc: Path = Path("/proc/self")) -> dict[str, Place]:
    """Where each controller's tree is mounted, and our folder in it. Absent ones are left out."""
    own = _own_paths((proc / "cgroup").read_text(encoding="utf-8"))
    places: dict[str, Place] = {}
    for line in (proc / "mountinfo").read_text(encoding="utf-8").splitlines():
        left, _, right = line.partition(" - ")
        root, point = left.split()[3:5]
        kind, _, options = right.split()[:3]
        if kind == "cgroup":
            found = set(options.split(",")) & set(CONTROLLERS)
            version = 1
        elif kind == "cgroup2":
            listed = Path(point, "cgroup.controllers")
            found = set(listed.read_text(encoding="ascii").split()) if listed.exists() else set()
            version = 2
        else:
            continue
        for controller in found & set(CONTROLLERS):
            path = own.get(controller if version == 1 else "", "/")
            inside = os.path.relpath(path, root) if path.startswith(root) else "."
            folder = Path(point, inside)
            folder = folder.parent if folder.name == _WORKERS else folder
            places.setdefault(controller, Place(folder, version))
    return places


def _own_paths(text: str) -> dict[str, str]:
    """Controller (or "" for version 2) → path, from /proc/self/cgroup."""
    paths = {}
    for line in text.splitlines():
        _, controllers, path = line.split(":", 2)
        paths.update(dict.fromkeys(controllers.split(","), path))
    return paths


def settings(controller: str, version: int, limits: Limits) -> Mapping[str, str]:
    """What is written into a run's group: file → value, in order."""
    memory = str(limits.memory_bytes)
    quota = str(max(1000, int(limits.cpus * _PERIOD_MICROSECONDS)))
    pids = str(limits.pids + BUBBLEWRAP_PROCESSES)
    table: dict[tuple[str, int], dict[str, str]] = {
        ("memory", 1): {"memory.limit_in_bytes": memory, "memory.memsw.limit_in_bytes": memory},
        ("memory", 2): {"memory.max": memory, "memory.swap.max": "0", "memory.oom.group": "1"},
        ("pids", 1): {"pids.max": pids},
        ("pids", 2): {"pids.max": pids},
        ("cpuacct", 1): {},
        ("cpu", 1): {"cpu.cfs_period_us": str(_PERIOD_MICROSECONDS), "cpu.cfs_quota_us": quota},
        ("cpu", 2): {"cpu.max": f"{quota} {_PERIOD_MICROSECONDS}"},
    }
    return table[controller, version]


OPTIONAL = frozenset({"memory.memsw.limit_in_bytes", "memory.swap.max", "memory.oom.group"})
"""Absent on kernels that don't count swap (then there is none to bound) or are older."""


class RunGroup:
    """The control groups of one run, one folder for each controller that is bound."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = dict(places)

    @property
    def controllers(self) -> frozenset[str]:
        """The controllers that bound this run."""
        return frozenset(self._places)

    @property
    def join_files(self) -> list[str]:
        """Files into which a process writes its number to come under the limits."""
        return sorted({str(place.folder / "cgroup.procs") for place in self._places.values()})

    def out_of_memory(self) -> bool:
        """Whether the kernel killed a process of this run for memory."""
        place = self._places.get("memory")
        if place is None:
            return False
        name = "memory.oom_control" if place.version == 1 else "memory.events"
        for line in _read(place.folder / name).splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1]) > 0
        return False

    def peak_memory_bytes(self) -> int | None:
        """The most memory that the run had in use at once, if the kernel counts it."""
        place = self._places.get("memory")
        if place is None:
            return None
        name = "memory.max_usage_in_bytes" if place.version == 1 else "memory.peak"
        text = _read(place.folder / name).strip()
        return int(text) if text.isdigit() else None

    def cpu_seconds(self) -> float | None:
        """What the run's processes computed together, if the kernel counts it."""
        place = self._places.get("cpuacct") or self._places.get("cpu")
        if place is None:
            return None
        text = _read(place.folder / "cpuacct.usage").strip()
        if text.isdigit():
            return int(text) / 1e9
        for line in _read(place.folder / "cpu.stat").splitlines():
            if line.startswith("usage_usec "):
                return int(line.split()[1]) / 1e6
        return None

    def wait_empty(self, seconds: float) -> bool:
        """Whether, within `seconds`, no process of the run is left."""
        deadline = time.monotonic() + seconds
        while any(_read(Path(name)).split() for name in self.join_files):
            if time.monotonic() > deadline:
                return False
            time.sleep(_MOMENT_SECONDS)
        return True

    def remove(self) -> None:
        """Remove the groups once they are empty; what stays is a leftover."""
        self.wait_empty(_REMOVE_SECONDS)
        for folder in {place.folder for place in self._places.values()}:
            with contextlib.suppress(OSError):
                folder.rmdir()


class ControlGroups:
    """Makes the groups of runs below this worker's own."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = dict(places)

    def label(self, name: str) -> str:
        """The folder of a run's group, the same under every controller."""
        return f"{_PREFIX}{owner.this_process()}:{name}"

    def create(self, name: str, limits: Limits) -> RunGroup:
        """Make a group for a run with every limit that can be written."""
        label = self.label(name)
        bound: dict[str, Place] = {}
        for controller, place in self._places.items():
            mine = Place(place.folder / label, place.version)
            if _bind(controller, mine, limits):
                bound[controller] = mine
        return RunGroup(bound)

    def remove_leftovers(self) -> None:
        """Remove the groups of workers that are gone."""
        for folder in {place.folder for place in self._places.values()}:
            for group in folder.glob(f"{_PREFIX}*"):
                if owner.is_gone(group.name.removeprefix(_PREFIX).rpartition(":")[0]):
                    with contextlib.suppress(OSError):
                        group.rmdir()


def _bind(controller: str, place: Place, limits: Limits) -> bool:
    try:
        if place.version == 2:
            _delegate(place.folder.parent, controller)
        place.folder.mkdir(exist_ok=True)
        for name, value in settings(controller, place.version, limits).items():
            if name not in OPTIONAL or (place.folder / name).exists():
                (place.folder / name).write_text(value, encoding="ascii")
    except OSError:
        return False
    return True


def _delegate(parent: Path, controller: str) -> None:
    """Hand a controller on to child groups. Version 2 forbids that while processes sit in the
    parent, so ours move into a group of their own first."""
    control = parent / "cgroup.subtree_control"
    if controller in control.read_text(encoding="ascii").split():
        return
    try:
        control.write_text(f"+{controller}", encoding="ascii")
    except OSError:
        leaf = parent / _WORKERS
        leaf.mkdir(exist_ok=True)
        for pid in (parent / "cgroup.procs").read_text(encoding="ascii").split():
            (leaf / "cgroup.procs").write_text(pid, encoding="ascii")
        control.write_text(f"+{controller}", encoding="ascii")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""
