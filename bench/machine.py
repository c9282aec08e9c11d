"""The machine in words: enough to read the figures, nothing that names it."""

import os
import platform
from pathlib import Path


def described() -> str:
    """Cores that this process may use, memory, kernel and processor architecture."""
    cores = len(os.sched_getaffinity(0))
    kernel = ".".join(platform.release().split(".")[:2])
    return (
        f"{cores} core{'s' if cores != 1 else ''}, {_memory_gib()} GiB of memory, "
        f"{platform.system()} {kernel} on {platform.machine()}, no GPU used"
    )


def load() -> str:
    """The load average of the last minute, which other programs add to."""
    return f"{os.getloadavg()[0]:.1f}"


def _memory_gib() -> int:
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        if line.startswith("MemTotal:"):
            return round(int(line.split()[1]) / 2**20)
    return 0
