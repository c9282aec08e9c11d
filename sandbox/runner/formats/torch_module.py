"""The module of a ``torch`` folder: TorchScript, an exported program or a hub entry.

All three can run code of the participant while they load, so this is imported inside a sandbox
only. ``hubconf.py`` comes first: what lies beside it are its own weights.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ..code.faults import participant_code
from ..code.modules import OwnModules
from ..errors import Code, RunnerError, as_runner_error, error_text
from .hub import HUB_FILE, hub_module
from .torch_export import load_exported

SCRIPT_FILE = "model.pt"
EXPORT_FILE = "model.pt2"


@dataclass(frozen=True, slots=True, kw_only=True)
class TorchModule:
    """``forward`` takes tensors on the device, in the order that the folder declares.

    ``parameters`` and ``dtype`` are None and empty where the module keeps its weights elsewhere;
    ``inputs`` are names with the number type that each takes, in order, None where the file does
    not tell; ``most_tokens`` is None where the module names no bound.
    """

    file: str
    forward: Callable[..., Any]
    parameters: int | None
    dtype: str
    inputs: Mapping[str, Any] | None = None
    most_tokens: int | None = None


def load_module(
    folder: Path, task: Mapping[str, Any], *, device: str, modules: OwnModules
) -> TorchModule:
    """``modules`` opens the folder of a hub entry.

    Raises ``model_missing``, ``bad_model`` and, for a hub entry, ``bad_code``.
    """
    if (folder / HUB_FILE).is_file():
        return _hub(folder, task, device, modules)
    for file, load in ((EXPORT_FILE, _exported), (SCRIPT_FILE, _script)):
        if (folder / file).is_file():
            return load(folder / file, device)
    raise RunnerError(
        Code.MODEL_MISSING,
        f"The model's folder has none of {HUB_FILE}, {EXPORT_FILE}, {SCRIPT_FILE}.",
    )


def last_line(error: BaseException) -> str:
    """TorchScript puts its own traceback before what went wrong, and the class before that."""
    lines = [line.strip() for line in error_text(error).splitlines() if line.strip()]
    name = type(error).__name__
    return f"{name}: {lines[-1].removeprefix(f'{name}: ')}" if lines else name


def _hub(folder: Path, task: Mapping[str, Any], device: str, modules: OwnModules) -> TorchModule:
    with participant_code(folder, f"{HUB_FILE}, making the model"):
        module = hub_module(folder, task, modules)
        if isinstance(module, torch.nn.Module):
            module = module.to(device).eval()

    def forward(*inputs: Any) -> Any:
        with participant_code(folder, f"{HUB_FILE}, calling the model"):
            return module(*inputs)

    return TorchModule(file=HUB_FILE, forward=forward, **_facts(module))


def _script(path: Path, device: str) -> TorchModule:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # deprecated, and still in use
            module: Any = torch.jit.load(str(path), map_location=device)
        module.eval()
    except Exception as error:  # a broken archive makes this raise anything
        raise _not_loaded(path, error, "Save it by torch.jit.save, not by torch.save") from error
    return TorchModule(file=path.name, forward=module, **_facts(module))


def _exported(path: Path, device: str) -> TorchModule:
    try:
        found = load_exported(path, device)
    except Exception as error:  # a broken archive makes this raise anything
        raise _not_loaded(path, error, "Save it by torch.export.save") from error
    return TorchModule(
        file=path.name,
        forward=found.call,
        inputs=found.inputs,
        most_tokens=found.most_tokens,
        **_facts(found.module),
    )


def _not_loaded(path: Path, error: Exception, advice: str) -> RunnerError:
    message = f"{path.name} can't be loaded. {advice}. {last_line(error)}"
    return as_runner_error(error, code=Code.BAD_MODEL, message=message)


def _facts(module: Any) -> dict[str, Any]:
    """Parameters and number type; constants of a frozen module count nowhere."""
    known = list(module.parameters()) if isinstance(module, torch.nn.Module) else []
    if not known:
        return {"parameters": None, "dtype": ""}
    dtype = str(known[0].dtype).removeprefix("torch.")
    return {"parameters": sum(each.numel() for each in known), "dtype": dtype}
