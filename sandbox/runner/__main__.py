"""``python -m runner IN OUT``: runs what ``IN/run.json`` asks for.

Exit status 0 means that every task has a report, good or bad; 2 that the run could not start.
"""

import os
import sys
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn, TextIO

from .config import RunConfig, read_run
from .errors import RunnerError
from .progress import Progress

DEFAULTS = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
    "KERAS_BACKEND": "tensorflow",
    # Errors come as exceptions; what TensorFlow logs speaks of the machine.
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # Chosen by the processor otherwise, and then the last digits would be too.
    "TF_ENABLE_ONEDNN_OPTS": "0",
    # Threads that spin while they wait doubled the CPU time of a run beside others.
    "OMP_WAIT_POLICY": "PASSIVE",
}


def _claim_stdout() -> TextIO:
    """The stream for progress. Whatever a library prints goes to stderr from here on."""
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # in the log beside what went to stderr
    return stream


def _prepare_environment(run: RunConfig) -> None:
    """Set before the libraries are imported, which read it once."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    os.environ["OMP_NUM_THREADS"] = str(run.threads)


def _run_all(in_dir: Path, out_dir: Path, run: RunConfig, progress: Progress) -> int:
    """Import only what the run's format needs: a library takes seconds."""
    if run.format == "python":
        code = import_module(".code.session", __package__)
        session = code.CodeSession(in_dir=in_dir, out_dir=out_dir, run=run, progress=progress)
        return int(session.run_all())
    platform = import_module(".platform_run", __package__)
    return int(platform.run_all(in_dir=in_dir, out_dir=out_dir, run=run, progress=progress))


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print("usage: python -m runner IN OUT", file=sys.stderr)
        return 2
    in_dir, out_dir = map(Path, arguments)
    try:
        run = read_run(in_dir)
    except RunnerError as error:
        print(f"runner: {error.message}", file=sys.stderr)
        return 2
    stream = _claim_stdout()
    _prepare_environment(run)
    progress = Progress(stream)
    ok = _run_all(in_dir, out_dir, run, progress)
    progress.finished(ok, len(run.tasks))
    return 0


def _leave(status: int) -> NoReturn:
    """At once: a thread that a participant's code left behind must not keep a finished run on."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    _leave(main(sys.argv[1:]))
