"""Files that run code when they are loaded, and the marker that it leaves on the machine."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from tests.parts import RUNNER_PYTHON

_MAKER = Path(__file__).with_name("hostile_models.py")
# One for the session, so that a model that was made once serves every backend.
_MARKER = Path("/tmp", f"podium-marker-{uuid4().hex}")


@contextmanager
def host_marker() -> Iterator[Path]:
    """A place that can be written on the machine and, as another file, in every sandbox."""
    _MARKER.unlink(missing_ok=True)
    try:
        yield _MARKER
    finally:
        _MARKER.unlink(missing_ok=True)


@cache
def hostile_model(name: str) -> dict[str, bytes]:
    """A folder of `hostile_models` whose code makes the file of `host_marker`."""
    with TemporaryDirectory() as folder:
        made = [str(RUNNER_PYTHON), str(_MAKER), folder, str(_MARKER), name]
        subprocess.run(made, check=True, capture_output=True)
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}
