"""Code that leaves a marker where it runs, for attacks on whoever loads a file."""

from __future__ import annotations

from pathlib import Path


class Touch:
    """Whoever unpickles it makes the file `marker`, and prints on the way."""

    def __init__(self, marker: Path) -> None:
        self._source = f"print('unpickled', flush=True); open({str(marker)!r}, 'w').close()"

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, (self._source,)
