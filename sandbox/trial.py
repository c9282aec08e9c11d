"""Stages one probe after the other and runs it in a real sandbox."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from sandbox.backend import BackendUnavailable
from sandbox.probe.lingering import SEEN
from sandbox.provable import Provable, Trace
from sandbox.spec import Limits, Outcome, RunResult, RunSpec

PROBE = Path(__file__).parent / "probe"
TASK = "selfcheck"
SIZE = 1024 * 1024
CPUS = 0.5
PIDS = 64
MEMORY_BYTES = 192 * 1024 * 1024


class Trials:
    """Runs `sandbox.probe` in the runner's place, below `folder`.

    `mark` names what the probes leave behind; `traces` are those of the runs so far.
    """

    def __init__(self, backend: Provable, folder: Path) -> None:
        folder.chmod(0o755)
        self._folder = folder
        package = folder / "runner"
        shutil.copytree(PROBE, package, ignore=shutil.ignore_patterns("__pycache__"))
        _make_readable(package)
        self._backend = backend.with_runner(package)
        self.mark = f"podium-{uuid4().hex}"
        self.traces: list[Trace] = []

    def run(
        self,
        probe: str,
        *,
        seconds: float,
        pids: int = PIDS,
        memory_bytes: int = MEMORY_BYTES,
        gpus: int = 0,
        on_started: Callable[[Trace], None] = lambda trace: None,
    ) -> tuple[RunResult, list[Any]]:
        """Run one probe; the rows are what it wrote down.

        A probe that says it has started waits until `on_started` has returned. Raises
        BackendUnavailable when no sandbox starts.
        """
        staged = self._stage(probe, pids=pids, memory_bytes=memory_bytes)
        output = self._folder / f"{probe}-out"
        output.mkdir()
        spec = RunSpec(
            name=f"selfcheck-{uuid4().hex[:12]}",
            input_dir=staged.resolve(),
            tasks=(TASK,),
            limits=_limits(seconds=seconds, pids=pids, memory_bytes=memory_bytes, gpus=gpus),
        )
        traced: list[Trace] = []

        def trace_once() -> bool:
            if not traced:
                traced.append(self._backend.trace(spec.name))
                self.traces += traced
            return False

        def look() -> None:
            trace_once()
            on_started(traced[0])
            _write(staged / Path(SEEN).name, "")

        result = self._backend.run(
            spec,
            output_dir=output,
            on_progress=lambda step: look(),
            should_stop=trace_once,
        )
        if result.outcome is Outcome.PLATFORM_FAULT:
            raise BackendUnavailable(f"a trial run did not start: {result.reason}")
        written = result.tasks[0].predictions
        lines = written.read_text(encoding="utf-8").splitlines() if written else []
        return result, [json.loads(line) for line in lines]

    def _stage(self, probe: str, *, pids: int, memory_bytes: int) -> Path:
        staged = self._folder / probe
        (staged / "tasks" / TASK).mkdir(parents=True)
        facts = {
            "probe": probe,
            "tasks": [TASK],
            "size": SIZE,
            "memory": memory_bytes,
            "pids": pids,
            "cpus": CPUS,
            "mark": self.mark,
            "staged": ["run.json", "tasks", f"tasks/{TASK}", Path(SEEN).name],
            "shown": sorted(self._backend.shown()),
            "host_kernel": Path("/proc/version").read_text(encoding="utf-8").strip(),
        }
        _write(staged / "run.json", json.dumps(facts))
        _make_readable(staged)
        return staged


def _limits(*, seconds: float, pids: int, memory_bytes: int, gpus: int) -> Limits:
    return Limits(
        task_seconds=seconds,
        total_seconds=seconds,
        memory_bytes=memory_bytes,
        cpus=CPUS,
        pids=pids,
        output_bytes=SIZE,
        output_files=16,
        log_bytes=SIZE,
        tmp_bytes=SIZE,
        gpus=gpus,
    )


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)


def _make_readable(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
