"""Key files: made on first use, the same for all who ask, readable by their owner only."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def read_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the content of ``path``; write ``make()`` there (mode 0600) when there is none.

    Threads and processes that start together agree: whoever links the file first wins.
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
    return path.read_bytes()
