"""Children: their logs, their deaths, and an end for all of them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demo.paths import ROOT
from demo.processes import ChildDied, Children

SLEEP = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)"]
LIMIT_SECONDS = 20.0


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    made = Children(tmp_path / "logs")
    yield made
    made.stop()


def test_output_goes_to_the_childs_own_log(children: Children, tmp_path: Path) -> None:
    child = children.start("talker", SLEEP, os.environ)
    wait_until(lambda: child.last_line() == "here")
    assert child.log == tmp_path / "logs" / "talker.log"


def test_stop_ends_every_child(children: Children) -> None:
    started = [children.start(f"child-{n}", SLEEP, os.environ) for n in range(3)]
    children.stop()
    assert all(child.process.returncode is not None for child in started)
    with pytest.raises(ChildDied, match="being stopped"):
        children.start("late", SLEEP, os.environ)


def test_child_that_wants_to_be_asked_twice_is_asked_twice(children: Children) -> None:
    program = (
        "import signal, sys, time; asked = []\n"
        "def on(number, frame):\n"
        "    asked.append(number)\n"
        "    len(asked) > 1 and sys.exit(7)\n"
        "signal.signal(signal.SIGTERM, on); print('ready', flush=True)\n"
        "while True: time.sleep(0.05)\n"
    )
    child = children.start("stubborn", [sys.executable, "-c", program], os.environ)
    wait_until(lambda: child.last_line() == "ready")
    children.stop()
    assert child.process.returncode == 7


def test_dead_service_is_named_with_its_last_words_and_log(children: Children) -> None:
    program = "import sys; print('no queue server'); sys.exit(3)"
    child = children.start("score-worker", [sys.executable, "-c", program], os.environ)
    child.process.wait()
    with pytest.raises(ChildDied) as told:
        children.check([child])
    assert "no queue server" in str(told.value)
    assert "score-worker ended with status 3" in str(told.value)
    assert str(child.log) in str(told.value)


def test_running_service_passes_the_check(children: Children) -> None:
    children.check([children.start("fine", SLEEP, os.environ)])


def test_failing_command_is_told(children: Children) -> None:
    with pytest.raises(ChildDied, match="migrate ended with status 1"):
        children.run("migrate", [sys.executable, "-c", "raise SystemExit(1)"], os.environ)


def test_what_children_left_behind_is_ended_too(tmp_path: Path) -> None:
    """The leftover has left its session, as a sandbox or a job's process does."""
    leftover = tmp_path / "leftover"
    program = f"""
import os, sys, time
from pathlib import Path
from demo.processes import Children, adopt_orphans, end_descendants
adopt_orphans()
children = Children(Path({str(tmp_path)!r}) / "logs")
inner = '''
import os, subprocess, sys
left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"],
                        start_new_session=True)
open({str(leftover)!r} + ".part", "w").write(str(left.pid))
os.rename({str(leftover)!r} + ".part", {str(leftover)!r})
os._exit(0)
'''
children.start("leaver", [sys.executable, "-c", inner], os.environ)
while not Path({str(leftover)!r}).exists():
    time.sleep(0.02)
children.stop()
print(os.path.exists(f"/proc/{{Path({str(leftover)!r}).read_text()}}"), flush=True)
end_descendants()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "True"
    assert not is_alive(int(leftover.read_text()))
