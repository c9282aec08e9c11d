"""Small programs that take the runner's place, to see what a sandbox costs without a model."""

from pathlib import Path

TASK = "bench"
OUTPUT_BYTES = 64 << 20

_HEAD = f"""
import json, os, sys, time
from pathlib import Path

folder = Path(sys.argv[2], {TASK!r})

def say(event, done=0):
    print(json.dumps({{"event": event, "task": {TASK!r}, "done": done}}), flush=True)

say("task_started")
folder.mkdir()
"""
_TAIL = """
(folder / "report.json").write_text(json.dumps({"status": "ok", "rows": 1, "seconds": seconds}))
say("task_finished")
"""

EMPTY = f"""{_HEAD}
(folder / "predictions.jsonl").write_text('{{"id": "1"}}\\n')
seconds = 0.0
{_TAIL}"""
"""Starts, leaves one row and ends."""

OUTPUT = f"""{_HEAD}
chunk = os.urandom(1 << 20)
started = time.monotonic()
with (folder / "predictions.jsonl").open("wb") as sink:
    for _ in range({OUTPUT_BYTES} // len(chunk)):
        sink.write(chunk)
    sink.flush()
    os.fsync(sink.fileno())
seconds = time.monotonic() - started
say("progress", 1)
time.sleep(1)  # alive while the worker looks at the machine's disks
{_TAIL}"""
"""Writes `OUTPUT_BYTES` and lives on for a moment."""


def write_package(folder: Path, program: str) -> Path:
    """A package called `runner` below `folder` whose program is `program`, readable by any user."""
    package = folder / "runner"
    package.mkdir(parents=True)
    for name, text in (("__init__.py", ""), ("__main__.py", program)):
        (package / name).write_text(text, encoding="utf-8")
        (package / name).chmod(0o644)
    package.chmod(0o755)
    folder.chmod(0o755)
    return package
