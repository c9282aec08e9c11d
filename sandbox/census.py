"""Looks which processes of a machine belong to a run, from outside of its sandbox.

Standard library only and one file, because it runs in two places: in the worker, and as the text
of `python -c` in a container that sees all processes of the engine's machine. It reads what every
user may read: command lines, control groups and user maps.
"""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Seen:
    """One process of a run. `marked`: it has the mark as an argument, so it runs the run's own
    program. `uid_map` is its map of users as the kernel prints it, in one line."""

    pid: int
    marked: bool
    uid_map: str

    def may_be_root_outside(self) -> bool:
        """Whether a user inside is the machine's root. A map that can't be read says nothing."""
        numbers = [int(word) for word in self.uid_map.split()]
        return not numbers or 0 in numbers[1::3]


def look(mark: str, groups: Sequence[str], proc: Path = Path("/proc")) -> "list[Seen]":
    """Every process but this one with `mark` as an argument, or one of `groups` in the path of a
    control group. What ends meanwhile is left out."""
    seen = []
    for folder in proc.glob("[0-9]*"):
        if folder.name == str(os.getpid()):
            continue
        marked = mark.encode() in _read(folder / "cmdline").split(b"\0")
        grouped = any(group.encode() in _read(folder / "cgroup") for group in groups)
        if marked or grouped:
            users = " ".join(_read(folder / "uid_map").decode().split())
            seen.append(Seen(int(folder.name), marked, users))
    return seen


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


if __name__ == "__main__":
    print(json.dumps([asdict(each) for each in look(sys.argv[1], sys.argv[2:])]))
