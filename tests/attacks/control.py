"""The positive control: a hostile program where the defence is off.

The same runner over the same kind of folder, as a plain process of the user who runs the tests: no
namespace, no limit, no filter. Programs must be bounded by their own parameters.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL
from uuid import uuid4

from sandbox.progress import parse_progress
from sandbox.selection import RUNNER_PACKAGE
from tests.attacks.programs import program_files
from tests.sandbox.runner.task_json import task_json

TASK = "open"
ROWS = 4
_MARK = "PODIUM_UNDEFENDED"


@dataclass(frozen=True, slots=True)
class Undefended:
    """What the program did. `exit_code` is None for one that did not end by itself, `survivors`
    counts the processes that it left behind, `predictions` is what it wrote, None for nothing."""

    lines: list[str]
    exit_code: int | None
    survivors: int
    predictions: str | None


def undefended(
    program: str,
    *,
    files: Mapping[str, bytes] | None = None,
    python: Path | str = sys.executable,
    seconds: float = 30.0,
    **parameters: object,
) -> Undefended:
    """Run a program of `programs.program_files` to its end, or for `seconds`.

    `python` is the interpreter; attacks on torch need that of the runner's environment.
    """
    made = program_files(program, files=files, **parameters)
    return run_undefended(made, python=python, seconds=seconds)


def run_undefended(
    files: Mapping[str, bytes],
    *,
    submission_format: str = "python",
    python: Path | str = sys.executable,
    seconds: float = 30.0,
) -> Undefended:
    """Run the files of a submission of any format."""
    with tempfile.TemporaryDirectory(prefix="podium-undefended-") as name:
        root = Path(name)
        _stage(root / "in", files, submission_format)
        (root / "out").mkdir()
        mark = uuid4().hex
        try:
            text, code = _run(root, python=str(python), mark=mark, seconds=seconds)
        finally:
            survivors = _kill_marked(mark)
        written = root / "out" / TASK / "predictions.jsonl"
        return Undefended(
            lines=[line for line in text.splitlines() if not _is_progress(line)],
            exit_code=code,
            survivors=survivors,
            predictions=written.read_text() if written.is_file() else None,
        )


def _stage(folder: Path, files: Mapping[str, bytes], submission_format: str) -> None:
    for path, data in files.items():
        target = folder / "model" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    task = folder / "tasks" / TASK
    task.mkdir(parents=True)
    rows = [json.dumps({"id": f"r{n}", "input": {"text": f"row {n}"}}) for n in range(ROWS)]
    (task / "inputs.jsonl").write_text("\n".join(rows) + "\n")
    facts = task_json(TASK, labels=["neg", "pos"], max_length=32)
    (task / "task.json").write_text(json.dumps(facts))
    run = {
        "run": "run-1",
        "format": submission_format,
        "tasks": [TASK],
        "dtype": "float32",
        "batch_tokens": 1024,
        "threads": 1,
        "task_seconds": 600,
        "device": "cpu",
    }
    (folder / "run.json").write_text(json.dumps(run))


def _run(root: Path, *, python: str, mark: str, seconds: float) -> tuple[str, int | None]:
    """Everything that it printed, and its exit status (None: it was stopped)."""
    log = root / "log"
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(root),
        "TMPDIR": str(root),
        "PYTHONPATH": str(RUNNER_PACKAGE.parent),
        "PYTHONSAFEPATH": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HF_HUB_OFFLINE": "1",
        _MARK: mark,
    }
    # A file, not a pipe: what outlives the program could keep a pipe open.
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [python, "-m", RUNNER_PACKAGE.name, str(root / "in"), str(root / "out")],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            cwd=root,
            env=environment,
            start_new_session=True,
        )
        try:
            code: int | None = process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
            process.kill()
            process.wait()
    return log.read_text(errors="replace"), code


def _kill_marked(mark: str) -> int:
    """End everything that a control started, wherever it hid; how many there were."""
    killed: set[int] = set()
    while found := _marked(mark):
        killed |= found
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, SIGKILL)
    return len(killed)


def _marked(mark: str) -> set[int]:
    wanted = f"{_MARK}={mark}".encode()
    found = set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if wanted in path.read_bytes().split(b"\0"):
                found.add(int(path.parent.name))
    return found


def _is_progress(line: str) -> bool:
    return line.startswith("{") and parse_progress(line.encode(), [TASK]) is not None
