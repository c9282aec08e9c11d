"""One run by the clock: when it first said something, when its first rows were done, its end."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from bench.programs import TASK
from sandbox.backend import Backend
from sandbox.spec import Limits, Outcome, Progress, RunSpec


class RunFailed(Exception):
    """A measured run did not end well; the text says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Seconds from the call of `run`; those of steps are up to a tick (0.1 s) late.

    `inside_seconds` and `rows_per_second` are the runner's own; `host_bytes` is how much fuller
    the machine's disks were when the first rows were done than before.
    """

    first_word: float
    first_rows: float
    last_word: float
    result: float
    inside_seconds: float
    rows_per_second: float
    host_bytes: int

    @property
    def ending(self) -> float:
        """Seconds from the runner's last word to the result."""
        return self.result - self.last_word


def timed(backend: Backend, *, input_dir: Path, limits: Limits, work_dir: Path) -> Timed:
    """Run once and measure. Raises RunFailed."""
    spec = RunSpec(
        name=f"bench-{uuid4().hex[:12]}", input_dir=input_dir, tasks=(TASK,), limits=limits
    )
    before = used_bytes()
    seen: dict[str, float] = {}
    grown: list[int] = []
    started = time.monotonic()

    def note(step: Progress) -> None:
        now = time.monotonic() - started
        seen.setdefault("first word", now)
        seen["last word"] = now
        if step.event == "progress" and "first rows" not in seen:
            seen["first rows"] = now
            grown.append(used_bytes() - before)

    with TemporaryDirectory(dir=work_dir, prefix="collected-") as output:
        result = backend.run(
            spec, output_dir=Path(output), on_progress=note, should_stop=lambda: False
        )
        ended = time.monotonic() - started
    (task,) = result.tasks
    if task.outcome is not Outcome.OK:
        said = result.log.decode(errors="replace")[-500:]
        raise RunFailed(f"{backend.name}: {result.reason}; {task.message or task.outcome}. {said}")
    inside = float(task.report.get("seconds", 0.0)) - float(task.report.get("load_seconds", 0.0))
    return Timed(
        first_word=seen["first word"],
        first_rows=seen.get("first rows", ended),
        last_word=seen["last word"],
        result=ended,
        inside_seconds=inside,
        rows_per_second=float(task.report.get("rows_per_second", 0.0)),
        host_bytes=grown[0] if grown else 0,
    )


def used_bytes() -> int:
    """Bytes in use on all disks of this machine, memory filesystems left out."""
    devices: dict[int, int] = {}
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        device, place = line.split(" ")[:2]
        if not device.startswith("/dev/"):
            continue
        try:
            facts = os.statvfs(place)
            devices[Path(place).stat().st_dev] = (facts.f_blocks - facts.f_bfree) * facts.f_frsize
        except OSError:
            continue
    return sum(devices.values())
