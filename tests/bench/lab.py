"""A bare backend over this interpreter, for tests that need no model."""

import sys
from dataclasses import replace
from pathlib import Path

from bench.bare import BareBackend
from bench.programs import write_package
from bench.sandbox import LIMITS
from sandbox.spec import Limits

QUICK: Limits = replace(LIMITS, task_seconds=60.0, total_seconds=60.0)


def bare(folder: Path, program: str) -> BareBackend:
    """The bare backend with `program` in the runner's place."""
    package = write_package(folder / "program", program)
    return BareBackend(runner_python=Path(sys.executable), runner_package=package, work_dir=folder)
