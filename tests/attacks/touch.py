"""Code in a pickle. Standard library only: models are made in the runner's environment too."""

from __future__ import annotations

from pathlib import Path

SAID = "it ran"


class Touch:
    """Whoever unpickles it makes the file `marker`, and says so."""

    def __init__(self, marker: Path) -> None:
        self._source = f"print({SAID!r}, flush=True); open({str(marker)!r}, 'w').close()"

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, (self._source,)
