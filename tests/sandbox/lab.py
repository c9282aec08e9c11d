"""Stages tiny runs and small programs in the runner's place."""

import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast
from uuid import uuid4

from sandbox.docker import DockerBackend
from sandbox.environments import TORCH
from sandbox.probe import lingering
from sandbox.provable import Provable
from sandbox.selection import select_backend
from sandbox.spec import Limits, Progress, RunResult, RunSpec
from tests.parts import IMAGES, PYTHONS, ROOT

MIB = 1024 * 1024
LIMITS = Limits(
    task_seconds=20,
    total_seconds=30,
    memory_bytes=192 * MIB,
    cpus=1.0,
    pids=64,
    output_bytes=MIB,
    output_files=12,
    log_bytes=4096,
    tmp_bytes=MIB,
    gpus=0,
)
PREDICTIONS = '{"id": "1", "label": "x"}\n'
PRELUDE = """
import functools, json, os, socket, sys, time
from pathlib import Path

print = functools.partial(print, flush=True)

def finish(task="a", rows='{"id": "1", "label": "x"}\\n', **report):
    folder = Path("/out", task)
    folder.mkdir(exist_ok=True)
    (folder / "predictions.jsonl").write_text(rows)
    (folder / "report.json").write_text(json.dumps({"status": "ok", "rows": 1, **report}))

def say(event, task, **more):
    print(json.dumps({"event": event, "task": task, **more}))
"""


def provable_backend(name: str) -> Provable:
    """The real backend `name`, able to run another program than the runner."""
    backend = select_backend(name, pythons=PYTHONS, images=IMAGES, docker_host=None)
    return cast("Provable", backend)


def docker_backend() -> DockerBackend:
    """The real Docker backend."""
    return DockerBackend(name="docker", images=IMAGES, docker_host=None, runtime=None)


@dataclass
class Lab:
    """Runs programs on a backend; `steps` collects what they reported on the way."""

    backend: Provable
    folder: Path
    limits: Limits = LIMITS
    steps: list[Progress] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    staged: list[Path] = field(default_factory=list)

    def tell_seen(self) -> None:
        """Let the latest run go on, see `sandbox.probe.lingering.wait_until_seen`."""
        told = self.staged[-1] / Path(lingering.SEEN).name
        told.touch()
        told.chmod(0o644)

    def run(
        self,
        program: str,
        *,
        tasks: Sequence[str] = ("a",),
        on_progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] = lambda: False,
        environment: str = TORCH,
        **limits: float,
    ) -> RunResult:
        """Run a program (after PRELUDE) as the runner, over a small staged folder."""
        root = self.folder / uuid4().hex
        package = write_package(root / "runner", program)
        output = root / "collected"
        output.mkdir()
        spec = RunSpec(
            name=f"test-{uuid4().hex[:12]}",
            input_dir=stage(root / "in", tasks),
            tasks=tuple(tasks),
            limits=replace(self.limits, **limits),  # type: ignore[arg-type]
            environment=environment,
        )
        self.names.append(spec.name)
        self.staged.append(spec.input_dir)
        return self.backend.with_runner(package).run(
            spec,
            output_dir=output,
            on_progress=on_progress or self.steps.append,
            should_stop=should_stop,
        )


@contextmanager
def killed_worker(backend: str, folder: Path) -> Iterator[str]:
    """Start a run in a worker process of its own, kill the worker without warning once the run is
    on, and give the mark that stands in the command line of a process of the run."""
    mark = f"podium-orphan-{uuid4().hex}"
    program = f"""
        import subprocess
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "{mark}"])
        time.sleep(600)
        """
    worker = (
        "import sys; from pathlib import Path; from tests.sandbox.lab import Lab, provable_backend;"
        f"Lab(provable_backend({backend!r}), Path({str(folder)!r})).run({program!r})"
    )
    process = subprocess.Popen([sys.executable, "-c", worker], cwd=ROOT)
    try:
        wait_until(lambda: is_running(mark))
    finally:
        process.kill()
        process.wait()
    yield mark


def is_running(mark: str) -> bool:
    """Whether a process of this machine, other than the tests' own, has `mark` as an argument."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in path.read_bytes().split(b"\0"):
                return True
        except OSError:
            continue
    return False


def wait_until(holds: Callable[[], bool], *, seconds: float = 30.0) -> None:
    """Poll; an AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


def write_package(folder: Path, program: str) -> Path:
    """A runner package whose whole program is `program`."""
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "__main__.py").write_text(PRELUDE + textwrap.dedent(program))
    return open_up(folder)


def stage(folder: Path, tasks: Sequence[str]) -> Path:
    """A folder that can become /in."""
    (folder / "model").mkdir(parents=True)
    (folder / "run.json").write_text("{}")
    (folder / "model" / "config.json").write_text("{}")
    for task in tasks:
        (folder / "tasks" / task).mkdir(parents=True)
        inputs = folder / "tasks" / task / "inputs.jsonl"
        inputs.write_text('{"id": "1", "input": {"text": "hello"}}\n')
    return open_up(folder)


def open_up(folder: Path) -> Path:
    """Make a tree readable for every user."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder
