"""Which worker process a container or control group belongs to, and whether it still lives.

Process numbers are reused, so an owner is a process number with its start time, on one machine.
"""

import os
import socket
from pathlib import Path

_PROC = Path("/proc")


def this_process() -> str:
    """The owner string of the calling process: `host:pid:start`."""
    return f"{socket.gethostname()}:{os.getpid()}:{_start_time(os.getpid())}"


def is_gone(owner: str) -> bool:
    """Whether `owner` is a process of this machine that ended. Other machines' are never gone."""
    host, _, process = owner.rpartition(":")[0].rpartition(":")
    start = owner.rpartition(":")[2]
    if host != socket.gethostname() or not process.isdigit():
        return False
    return _start_time(int(process)) != start


def _start_time(pid: int) -> str:
    """Clock ticks from boot to the start of a process; empty when there is none."""
    try:
        text = Path(_PROC, str(pid), "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return text.rpartition(")")[2].split()[19]
