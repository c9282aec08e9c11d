"""Which parts of an engine are known to let a container out, and are therefore refused. Pure.

A distribution mends an old version under its own revision (`1.1.5+ds1-1+deb12u1`), so where a hole
was mended that way its revisions are named too. The list holds holes that a program *inside* a
container can use; those that need a hostile image or a hostile engine's client do not concern us.
"""

import re
from dataclasses import dataclass

_NUMBERS = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?")
_CANDIDATE = re.compile(r"\d(?:-rc|~rc)")


@dataclass(frozen=True, slots=True)
class Hole:
    """`component` below `mended_in` has it, but for a distribution's revisions: `backports` names
    how each begins and the number from which on it is mended."""

    component: str
    mended_in: tuple[int, int, int]
    backports: tuple[tuple[str, int], ...]
    what: str


HOLES = (
    Hole(
        "runc",
        (1, 1, 12),
        (("1.1.5+ds1-1+deb12u", 1), ("1.0.0~rc93+ds1-5+deb11u", 3)),
        "CVE-2024-21626: a file descriptor of the machine's root leaks into the container",
    ),
    Hole(
        "containerd",
        (1, 4, 3),
        (),
        "CVE-2020-15257: a container in the machine's network reaches containerd's socket",
    ),
    Hole(
        "Engine",
        (20, 10, 0),
        (),
        "older engines give no control group namespace and no private view of the groups",
    ),
)


def problem(component: str, version: str, revision: str = "") -> str:
    """Why this version is refused, empty where it is not. One that can't be read is refused: it may
    be any. `revision` is the package's own version, which distributions report as the commit."""
    for hole in HOLES:
        if hole.component == component and not _is_mended(hole, revision):
            found = _parse(version)
            if found is None:
                return f"{component} names no version ({version!r})"
            if found < hole.mended_in:
                wanted = ".".join(map(str, hole.mended_in))
                return f"{component} {version} is below {wanted}. {hole.what}"
    return ""


def _is_mended(hole: Hole, revision: str) -> bool:
    for begin, first in hole.backports:
        number = revision.removeprefix(begin)
        if revision.startswith(begin) and number.isdecimal() and int(number) >= first:
            return True
    return False


def _parse(version: str) -> tuple[int, int, int] | None:
    found = _NUMBERS.match(version)
    if found is None:
        return None
    major, minor, patch = (int(part or 0) for part in found.groups())
    # A candidate comes before its release.
    return (major, minor, patch - 1) if _CANDIDATE.search(version) else (major, minor, patch)
