"""A process that does all it can to outlive its sandbox."""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

SEEN = "/in/seen"
_LOOK_SECONDS = 60.0
_MOMENT_SECONDS = 0.02
_SLEEP = "import time; time.sleep(3600)"


def stay(mark: str) -> None:
    """Leave a process behind that has no parent here, no terminal, no open file, does not heed a
    polite end, and has `mark` as its last argument; return once it is there."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    started, alive = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.closerange(0, 3)
            # Ignored signals stay ignored, and the pipe ends with the old program.
            os.execv(sys.executable, [sys.executable, "-I", "-S", "-c", _SLEEP, mark])  # noqa: S606
        os._exit(0)
    os.wait()
    os.close(alive)
    os.read(started, 1)
    os.close(started)


def wait_until_seen(run: dict[str, Any]) -> None:
    """Say that the process is there, and wait until the worker has looked from outside."""
    print(json.dumps({"event": "task_started", "task": run["tasks"][0]}), flush=True)
    deadline = time.monotonic() + _LOOK_SECONDS
    while not Path(SEEN).exists() and time.monotonic() < deadline:
        time.sleep(_MOMENT_SECONDS)
