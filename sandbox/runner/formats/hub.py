"""A PyTorch Hub entry of a local folder, with the rules of ``torch.hub``.

It is called here and not by ``torch.hub.load``, which would look for the entry by name only and
import the file anew for that.
"""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from ..code.modules import OwnModules
from ..code.program import import_file
from ..errors import Code, RunnerError

HUB_FILE = "hubconf.py"
ENTRY = "podium_model"


def hub_module(folder: Path, task: Mapping[str, Any], modules: OwnModules) -> Callable[..., Any]:
    """What the folder's entry returns: ``podium_model(task)``, else its only public function.

    Raises ``bad_code`` and whatever the folder's code raises.
    """
    modules.open(folder)
    hubconf = import_file(folder / HUB_FILE, "hubconf")
    _check_dependencies(hubconf)
    entry = getattr(hubconf, ENTRY, None)
    made: Any = entry(dict(task)) if callable(entry) else _only_entry(hubconf)()
    if not callable(made):
        raise RunnerError(Code.BAD_CODE, f"{HUB_FILE}: the entry gave {type(made).__name__}.")
    return made  # type: ignore[no-any-return]


def _check_dependencies(hubconf: ModuleType) -> None:
    """As ``torch.hub`` does: the variable names packages that must be installed."""
    told: Any = getattr(hubconf, "dependencies", ())
    named = (told,) if isinstance(told, str) else told
    absent = [str(name) for name in named if find_spec(str(name)) is None]
    if absent:
        raise RunnerError(
            Code.BAD_CODE, f"{HUB_FILE}: the sandbox has no package {', '.join(absent)}."
        )


def _only_entry(hubconf: ModuleType) -> Callable[..., Any]:
    """Classes that stand beside a function are what it makes the model of."""
    public = {
        name: value
        for name, value in vars(hubconf).items()
        if callable(value)
        and not name.startswith("_")
        and getattr(value, "__module__", "") == hubconf.__name__
    }
    functions = {name: value for name, value in public.items() if not isinstance(value, type)}
    entries = functions or public
    if len(entries) != 1:
        found = f"there are {', '.join(sorted(entries))}" if entries else "there is none"
        raise RunnerError(
            Code.BAD_CODE,
            f"{HUB_FILE} has no function {ENTRY}(task). Without it, one public function is the "
            f"entry; {found}.",
        )
    return next(iter(entries.values()))  # type: ignore[no-any-return]
