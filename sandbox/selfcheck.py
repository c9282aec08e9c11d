"""Proves at worker start, in real sandboxes, what a backend declares.

Four short runs of `sandbox.probe`: one looks around, one takes memory without end, one forks
without end, one stays for ever. A guarantee that does not hold is withdrawn, with what was seen.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from uuid import uuid4

from sandbox.backend import Backend, BackendUnavailable
from sandbox.guarantees import Guarantee
from sandbox.spec import Limits, Outcome, RunResult, RunSpec

PROBE = Path(__file__).parent / "probe"
TASK = "selfcheck"
_SIZE = 1024 * 1024
_MEMORY_BYTES = 192 * 1024 * 1024
_ROOMY_BYTES = 1024 * 1024 * 1024
"""Where processes are counted, memory must not end the run first: gVisor needs some for each."""
_PIDS = 24
_CPUS = 0.5
_SECONDS = 30.0
_FOREVER_SECONDS = 1.0
_CLOCK_SLACK_SECONDS = 15.0
_ELSEWHERE = {
    Guarantee.NO_SURVIVORS: "checked by the backend at the end of every run",
    Guarantee.GPU_EXCLUSIVE: "a matter of how the operator assigns GPUs to workers",
}


class Provable(Backend, Protocol):
    """A backend that can run another program in the runner's place."""

    def with_runner(self, package: Path) -> Backend:
        """The same backend with the folder `package` as the package `runner` inside."""
        ...

    def remove_leftovers(self) -> object:
        """Remove what killed workers on this machine left behind."""
        ...


@dataclass(frozen=True, slots=True)
class Proof:
    """`held` is what a worker may promise. `withdrawn` maps the rest of what was declared to what
    was seen instead."""

    held: frozenset[Guarantee]
    withdrawn: Mapping[Guarantee, str] = field(default_factory=dict)


def prove(backend: Provable, *, work_dir: Path) -> Proof:
    """Run the probes; `work_dir` is where runs are staged (an engine must see the same path).

    Raises BackendUnavailable when no sandbox starts or the first probe does not come to its end.
    """
    backend.check()
    declared = backend.guarantees()
    work_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=work_dir, prefix="selfcheck-") as name:
        lab = _Lab(backend, Path(name))
        seen = {**dict(_posture(lab)), **_memory(lab), **_processes(lab), **_forever(lab)}
    withdrawn = {
        guarantee: seen[guarantee][1] if guarantee in seen else "not probed"
        for guarantee in Guarantee
        if guarantee in declared - _ELSEWHERE.keys() and not seen.get(guarantee, (False,))[0]
    }
    return Proof(held=declared - withdrawn.keys(), withdrawn=withdrawn)


class _Lab:
    """Stages and runs one probe after the other."""

    def __init__(self, backend: Provable, folder: Path) -> None:
        folder.chmod(0o755)
        self._folder = folder
        package = folder / "runner"
        shutil.copytree(PROBE, package, ignore=shutil.ignore_patterns("__pycache__"))
        _make_readable(package)
        self._backend = backend.with_runner(package)

    def run(
        self, probe: str, *, seconds: float, pids: int = 64, memory_bytes: int = _MEMORY_BYTES
    ) -> tuple[RunResult, list[Any]]:
        """Run one probe; the rows are what it wrote down."""
        staged = self._folder / probe
        (staged / "tasks" / TASK).mkdir(parents=True)
        facts = {
            "probe": probe,
            "tasks": [TASK],
            "size": _SIZE,
            "memory": memory_bytes,
            "pids": pids,
            "cpus": _CPUS,
            "staged": ["run.json", "tasks", f"tasks/{TASK}"],
            "host_kernel": Path("/proc/version").read_text(encoding="utf-8").strip(),
        }
        (staged / "run.json").write_text(json.dumps(facts), encoding="utf-8")
        _make_readable(staged)
        output = self._folder / f"{probe}-out"
        output.mkdir()
        result = self._backend.run(
            RunSpec(
                name=f"selfcheck-{uuid4().hex[:12]}",
                input_dir=staged.resolve(),
                tasks=(TASK,),
                limits=_limits(seconds=seconds, pids=pids, memory_bytes=memory_bytes),
            ),
            output_dir=output,
            on_progress=lambda step: None,
            should_stop=lambda: False,
        )
        if result.outcome is Outcome.PLATFORM_FAULT:
            raise BackendUnavailable(f"a trial run did not start: {result.reason}")
        written = result.tasks[0].predictions
        lines = written.read_text(encoding="utf-8").splitlines() if written else []
        return result, [json.loads(line) for line in lines]


Finding = tuple[bool, str]


def _posture(lab: _Lab) -> Iterator[tuple[Guarantee, Finding]]:
    result, rows = lab.run("posture", seconds=_SECONDS)
    if result.outcome is not Outcome.OK or not rows:
        said = result.log.decode(errors="replace")[-500:]
        raise BackendUnavailable(f"a trial run failed: {result.outcome}, {result.reason}. {said}")
    for row in rows:
        yield Guarantee(row["guarantee"]), (bool(row["held"]), str(row["detail"]))


def _memory(lab: _Lab) -> dict[Guarantee, Finding]:
    result, _ = lab.run("memory", seconds=_SECONDS)
    kept = len(result.log)
    return {
        Guarantee.MEMORY_BOUND: (
            result.outcome is Outcome.OUT_OF_MEMORY,
            f"a run that takes memory without end ended as {result.outcome}",
        ),
        Guarantee.LOG_BOUND: (0 < kept <= _SIZE, f"{kept} bytes of log were kept"),
    }


def _processes(lab: _Lab) -> dict[Guarantee, Finding]:
    result, _ = lab.run("processes", seconds=_SECONDS, pids=_PIDS, memory_bytes=_ROOMY_BYTES)
    # A runtime that ends the whole sandbox at the limit also bounds it.
    held = result.log.startswith(b"bounded at") or result.outcome is Outcome.CRASHED
    said = f"a run that forks without end ended as {result.outcome}"
    return {Guarantee.PIDS_BOUND: (held, said)}


def _forever(lab: _Lab) -> dict[Guarantee, Finding]:
    result, _ = lab.run("forever", seconds=_FOREVER_SECONDS)
    seconds = result.usage.wall_seconds
    held = result.outcome is Outcome.TIMEOUT and seconds < _FOREVER_SECONDS + _CLOCK_SLACK_SECONDS
    said = f"a run of at most {_FOREVER_SECONDS} s took {seconds:.1f} s"
    return {Guarantee.WALL_CLOCK: (held, said)}


def _limits(*, seconds: float, pids: int, memory_bytes: int) -> Limits:
    return Limits(
        task_seconds=seconds,
        total_seconds=seconds,
        memory_bytes=memory_bytes,
        cpus=_CPUS,
        pids=pids,
        output_bytes=_SIZE,
        output_files=16,
        log_bytes=_SIZE,
        tmp_bytes=_SIZE,
        gpus=0,
    )


def _make_readable(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
