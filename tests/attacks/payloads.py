"""Files that run code when they are loaded, and the marker that it leaves on the machine."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from tests.parts import RUNNER_PYTHON, TENSORFLOW_PYTHON

_MAKER = Path(__file__).with_name("hostile_models.py")
_TENSORFLOW_MAKER = Path(__file__).with_name("hostile_tensorflow.py")
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
    return _made(RUNNER_PYTHON, _MAKER, _MARKER, name)


@cache
def hostile_program(name: str, place: Path = _MARKER) -> dict[str, bytes]:
    """A folder of `hostile_tensorflow` that reaches for `place`."""
    return _made(TENSORFLOW_PYTHON, _TENSORFLOW_MAKER, place, name)


def _made(python: Path, maker: Path, place: Path, name: str) -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        arguments = [str(python), str(maker), folder, str(place), name]
        subprocess.run(arguments, check=True, capture_output=True)
        files = [path for path in Path(folder).rglob("*") if path.is_file()]
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
