"""Makes one folder's Python files importable, and forgets those of the folder before it."""

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType


class OwnModules:
    """At most one folder is open; task folders may have modules of the same name."""

    def __init__(self) -> None:
        self._folder: Path | None = None

    def open(self, folder: Path) -> None:
        """Close the former folder, then let modules lying in this one be found before others."""
        self.close()
        sys.path.insert(0, str(folder))
        self._folder = folder

    def close(self) -> None:
        """Forget the folder's modules, and with them the model that they hold in memory."""
        if self._folder is None:
            return
        folder, self._folder = self._folder, None
        sys.path[:] = [path for path in sys.path if path != str(folder)]
        # Listed before one goes: the path of a namespace package asks its parent.
        own = [
            name
            for name, module in list(sys.modules.items())
            if any(place.is_relative_to(folder) for place in _places(module))
        ]
        for name in own:
            sys.modules.pop(name, None)
        gc.collect()


def _places(module: ModuleType) -> Iterator[Path]:
    """Where a module lies; a namespace package has folders and no file."""
    for value in (getattr(module, "__file__", None), *_folders(module)):
        if isinstance(value, str):
            yield Path(value)


def _folders(module: ModuleType) -> list[object]:
    try:
        return list(getattr(module, "__path__", ()))
    except Exception:  # noqa: BLE001 - a participant may have put anything among the modules
        return []
