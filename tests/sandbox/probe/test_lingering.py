"""The process that stays does so, until it is killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from sandbox.census import look
from tests.parts import ROOT
from tests.sandbox.lab import wait_until


def test_it_outlives_its_parent_and_a_polite_end() -> None:
    mark = uuid4().hex
    program = f"from sandbox.probe.lingering import stay; stay({mark!r})"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)
    (left,) = look(mark, [])
    try:
        os.kill(left.pid, signal.SIGTERM)
        os.kill(left.pid, signal.SIGHUP)
        status = Path(f"/proc/{left.pid}/status").read_text()
        assert "State:\tS" in status or "State:\tR" in status
        assert os.getsid(left.pid) != os.getsid(0)
        assert list(Path(f"/proc/{left.pid}/fd").iterdir()) == []
    finally:
        os.kill(left.pid, signal.SIGKILL)
    wait_until(lambda: look(mark, []) == [])
