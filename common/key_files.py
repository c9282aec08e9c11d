"""Key files: made on first use, the same for all who ask, readable by their owner only."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_OTHERS = stat.S_IRWXO


def read_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the content of ``path``; write ``make()`` there (mode 0600) when there is none.

    Threads and processes that start together agree: whoever links the file first wins. What
    every user of the machine may read or write is closed to them; a group keeps what it was given.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(make())
            with suppress(FileExistsError):
                os.link(part, path)
        finally:
            part.unlink()
    found = path.stat()
    if found.st_mode & _OTHERS and found.st_uid == os.geteuid():
        path.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)
    return path.read_bytes()


def replace_key(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` (mode 0600) in place of what is there, at one instant."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
