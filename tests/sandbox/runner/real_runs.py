"""Starts the real runner in its own environment, as every backend does."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.parts import ROOT, RUNNER_PYTHON, TENSORFLOW_PYTHON

from .staging import Staged

LIMIT_SECONDS = 600


def run_python(
    *arguments: str | Path,
    paths: Iterable[Path] = (),
    stdin: str = "",
    python: Path = RUNNER_PYTHON,
) -> subprocess.CompletedProcess[str]:
    """The runner's Python, offline and with nothing of this process's environment but PATH."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "HF_HUB_OFFLINE": "1",
    }
    return subprocess.run(
        [python, *arguments],
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )


def run_staged(staged: Staged) -> list[dict[str, Any]]:
    """Runs a staged folder to its end; returns the progress events."""
    staged.close()
    python = TENSORFLOW_PYTHON if staged.format == "tensorflow" else RUNNER_PYTHON
    arguments = ("-m", "runner", staged.in_dir, staged.out_dir)
    done = run_python(*arguments, paths=[ROOT / "sandbox"], python=python)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
