"""No isolation at all: the runner as a plain process, for comparison and for nothing else.

The same interpreter, package, environment and watch as in every sandbox, so what a backend takes
longer than this is what its isolation costs.
"""

import os
import select
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from sandbox.backend import BackendUnavailable
from sandbox.command import environment
from sandbox.environments import TORCH
from sandbox.execution import as_platform_fault, execute
from sandbox.guarantees import Guarantee
from sandbox.progress import StreamReader
from sandbox.reader import FOLDER, read_all
from sandbox.spec import Progress, RunResult, RunSpec
from sandbox.supervision import pump
from sandbox.verdict import Ending, Exit

_CHUNK = 65536


class BareBackend:
    """Implements `sandbox.backend.Backend` and holds nothing of what that is for.

    `runner_python` is the interpreter of the runner's environment; `runner_package` a folder
    called `runner`. Output lies in a folder of the machine's disk below `work_dir`.
    """

    name = "bare"

    def __init__(self, *, runner_python: Path, runner_package: Path, work_dir: Path) -> None:
        self._python = runner_python
        self._package = runner_package
        self._work_dir = work_dir

    def check(self) -> None:
        if not self._python.exists():
            raise BackendUnavailable(f"there is no {self._python}. Run: make setup")

    def guarantees(self) -> frozenset[Guarantee]:
        return frozenset()

    def environments(self) -> frozenset[str]:
        return frozenset({TORCH})

    def with_runner(self, package: Path) -> "BareBackend":
        """The same with another program in the runner's place."""
        return BareBackend(
            runner_python=self._python, runner_package=package, work_dir=self._work_dir
        )

    def run(
        self,
        spec: RunSpec,
        *,
        output_dir: Path,
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool],
    ) -> RunResult:
        return execute(
            lambda reader: self._start(spec, reader),
            backend=self.name,
            spec=spec,
            output_dir=output_dir,
            on_progress=on_progress,
            should_stop=should_stop,
        )

    def _start(self, spec: RunSpec, reader: StreamReader) -> "BareProcess":
        out = TemporaryDirectory(dir=self._work_dir, prefix="bare-")
        variables = {**environment(spec.limits), "PYTHONPATH": str(self._package.parent)}
        with as_platform_fault("the bare runner did not start", OSError):
            process = subprocess.Popen(  # noqa: S603 - an argv list of ours
                [str(self._python), "-m", "runner", str(spec.input_dir), out.name],
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd="/",
            )
        return BareProcess(process, out, reader)


class BareProcess:
    """Implements `sandbox.execution.Sandbox` over one process and one folder."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        out: "TemporaryDirectory[str]",
        reader: StreamReader,
    ) -> None:
        self._process = process
        self._out = out
        stream = process.stdout
        assert stream is not None
        self._stream = stream
        self._handle = os.pidfd_open(process.pid)
        self._pump = Thread(
            target=pump, args=(lambda: os.read(stream.fileno(), _CHUNK), reader), daemon=True
        )
        self._pump.start()

    def wait(self, seconds: float) -> bool:
        # A handle of the process wakes at its very end, where Popen.wait looks now and then.
        return bool(select.select([self._handle], [], [], seconds)[0])

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._pump.join()

    def exit(self, ending: Ending) -> Exit:
        return Exit(ending=ending, exit_code=self._process.returncode, out_of_memory=False)

    def peak_memory_bytes(self) -> int | None:
        return None

    def cpu_seconds(self) -> float | None:
        return None

    def frames(self, wanted: Sequence[tuple[str, int]], total: int) -> Iterator[bytes]:
        folder = os.open(self._out.name, FOLDER)
        try:
            with as_platform_fault("reading the output", OSError):
                yield from read_all(folder, wanted, total)
        finally:
            os.close(folder)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._stream.close()
        os.close(self._handle)
        self._out.cleanup()
