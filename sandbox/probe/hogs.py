"""Takes without end what a run has limits for."""

import os
import time

_STEP_BYTES = 8 << 20
_RUNTIME_PROCESSES = 200
"""More than any runtime adds to the limit for itself."""


def take_memory(limit: int) -> None:
    """Fill memory up to four times the limit."""
    taken = bytearray()
    while len(taken) < 4 * limit:
        taken += b"\1" * _STEP_BYTES
    print("unbounded", flush=True)


def fork(limit: int) -> None:
    """Start children that stay, well past the limit."""
    children = 0
    try:
        while children <= limit + _RUNTIME_PROCESSES:
            if os.fork() == 0:
                time.sleep(3600)
            children += 1
    except OSError:
        print(f"bounded at {children}", flush=True)
    else:
        print("unbounded", flush=True)


def stay() -> None:
    """Never end."""
    time.sleep(3600)
