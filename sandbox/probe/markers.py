"""What a run can leave for the next one: a file in every place that it can write."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")


def places(mounts: Path = MOUNTS) -> Iterator[Path]:
    """Every folder below a mount that may be written, for the mounts themselves say so."""
    for line in mounts.read_text().splitlines():
        left, _, right = line.partition(" - ")
        point, options = left.split()[4:6]
        kind, _, more = right.split(" ", 2)
        if kind in {"proc", "sysfs"} or "ro" in options.split(",") or "ro" in more.split(","):
            continue
        device = _device(Path(point))
        for folder, folders, _ in os.walk(point):
            folders[:] = [each for each in folders if _device(Path(folder, each)) == device]
            yield Path(folder)


def leave(mark: str) -> None:
    """Put a file called `mark` wherever that is possible."""
    for folder in places():
        with suppress(OSError):
            (folder / mark).touch()


def writable(mark: str) -> list[str]:
    """Where a file called `mark` could be left; none is."""
    leave(mark)
    left = found(mark)
    for folder in left:
        Path(folder, mark).unlink()
    return sorted(left)


def found(mark: str) -> list[str]:
    """Where a file called `mark` lies."""
    return [str(folder) for folder in places() if (folder / mark).exists()]


def _device(path: Path) -> int:
    try:
        return path.lstat().st_dev
    except OSError:
        return -1
