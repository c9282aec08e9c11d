"""The life of one run, the same for every backend: check, start, watch, kill, collect, judge."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sandbox.energy import start_meter
from sandbox.output import CollectionFailed, collect, wanted_files
from sandbox.progress import StreamReader
from sandbox.result import Measured, ended, faulted
from sandbox.spec import Energy, Progress, RunResult, RunSpec
from sandbox.staging import NotStaged, check_staged
from sandbox.supervision import watch
from sandbox.verdict import Ending, Exit


class PlatformFault(Exception):
    """Something of ours failed while a run was on; the text is for operators."""


class Sandbox(Protocol):
    """A started sandbox. Its methods raise PlatformFault and nothing else."""

    def wait(self, seconds: float) -> bool:
        """Wait up to `seconds`; True once the runner has ended."""
        ...

    def kill(self) -> None:
        """End every process of the sandbox; return when none is left."""
        ...

    def exit(self, ending: Ending) -> Exit:
        """How it ended. Asked only after `kill`."""
        ...

    def peak_memory_bytes(self) -> int | None:
        """The most memory seen in use. Asked only after `kill`."""
        ...

    def cpu_seconds(self) -> float | None:
        """What all its processes computed together. Asked only after `kill`."""
        ...

    def frames(self, wanted: Sequence[tuple[str, int]], total: int) -> Iterable[bytes]:
        """The frames of `sandbox.reader.read_all` over /out. Asked only after `kill`."""
        ...

    def close(self) -> None:
        """Remove everything that the run made outside itself."""
        ...


def execute(
    start: Callable[[StreamReader], Sandbox],
    *,
    backend: str,
    spec: RunSpec,
    output_dir: Path,
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    gpu_ids: Sequence[str] = (),
) -> RunResult:
    """Run one sandbox to its end, see `Backend.run`; `gpu_ids` are the worker's own."""
    reader = StreamReader(tasks=spec.tasks, log_bytes=spec.limits.log_bytes, clock=time.monotonic)
    started = time.monotonic()
    meter = start_meter(gpus=spec.limits.gpus, gpu_ids=gpu_ids)

    def asked_to_stop() -> bool:
        meter.look()
        return should_stop()

    try:
        check_staged(spec)
        sandbox = start(reader)
    except (NotStaged, PlatformFault) as error:
        return faulted(spec, str(error), _measure(backend, reader, started))
    try:
        try:
            ending = watch(
                sandbox,
                limits=spec.limits,
                reader=reader,
                on_progress=on_progress,
                should_stop=asked_to_stop,
            )
        finally:
            sandbox.kill()
        measured = _measure(
            backend,
            reader,
            started,
            peak=sandbox.peak_memory_bytes(),
            energy=meter.energy(sandbox.cpu_seconds()),
        )
        frames = sandbox.frames(wanted_files(spec), spec.limits.output_bytes)
        collected = collect(frames, spec=spec, output_dir=output_dir)
        return ended(spec, sandbox.exit(ending), collected, measured)
    except (PlatformFault, CollectionFailed) as error:
        return faulted(spec, str(error), _measure(backend, reader, started))
    finally:
        sandbox.close()


@contextmanager
def as_platform_fault(doing: str, *kinds: type[Exception]) -> Iterator[None]:
    """Turn errors of these kinds into a PlatformFault that says what was being done."""
    try:
        yield
    except kinds as error:
        raise PlatformFault(f"{doing}: {error}") from error


def _measure(
    backend: str,
    reader: StreamReader,
    started: float,
    *,
    peak: int | None = None,
    energy: Energy | None = None,
) -> Measured:
    return Measured(
        backend=backend,
        wall_seconds=time.monotonic() - started,
        peak_memory_bytes=peak,
        energy=energy,
        log=reader.log,
        log_bytes=reader.seen_bytes,
    )
