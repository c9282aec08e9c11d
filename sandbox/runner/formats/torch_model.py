"""Modules of PyTorch: the platform gives arrays and reads outputs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..code.facts import task_facts
from ..code.modules import OwnModules
from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..folder_bytes import folder_bytes
from .base import Format, Model, Purpose, Settings
from .graph import Graph
from .graph_model import GraphModel
from .hub import HUB_FILE
from .signature import SOURCES, read_signature
from .torch_module import last_line, load_module
from .torch_setup import gpu_peak_bytes, prepare_torch, to_numpy


def open_format(settings: Settings) -> Format:
    prepare_torch(settings)
    return TorchFormat(settings)


class TorchFormat(Format):
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._modules = OwnModules()

    def load(self, folder: Path, task: TaskConfig, purpose: Purpose) -> Model:
        self._modules.close()
        return GraphModel(
            folder, TorchGraph(folder, task, self._settings, self._modules), task, purpose
        )

    def has_pair_head(self, folder: Path) -> bool:
        """One label means one output, which can score pairs."""
        return len(read_signature(folder).id2label or {}) == 1

    def gpu_peak_bytes(self) -> int | None:
        return gpu_peak_bytes(self._settings.device)

    def variant(self, folder: Path, task: TaskConfig) -> str:
        """A hub entry is told the task, the other files are the same for all that read alike."""
        told = (folder / HUB_FILE).is_file()
        return task.slug if told else super().variant(folder, task)


class TorchGraph(Graph):
    """A module that is called with arrays in order, and gives a tensor or several by name.

    What an exported program is called with has names; they count where all mean something, and
    nothing else is said.
    """

    outputs = None

    def __init__(
        self, folder: Path, task: TaskConfig, settings: Settings, modules: OwnModules
    ) -> None:
        self._device = settings.device
        facts = task_facts(task, device=settings.device, threads=settings.threads)
        self._module = load_module(folder, facts, device=settings.device, modules=modules)
        self.file, self.most_tokens = self._module.file, self._module.most_tokens
        self.parameters, self.dtype = self._module.parameters, self._module.dtype
        self.model_bytes = folder_bytes(folder)
        declared = read_signature(folder).inputs
        own = self._module.inputs or {}
        listed = any(place.isdecimal() for place in declared)
        told = all(declared.get(name, name) in SOURCES for name in own)
        self.inputs: Mapping[str, Any] | None = own if own and told and not listed else None

    def run(self, feeds: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
        if self.inputs is not None:
            inputs = [torch.from_numpy(feeds[name]).to(self._device) for name in self.inputs]
        else:
            inputs = [self._tensor(feeds[position]) for position in sorted(feeds, key=int)]
        with torch.inference_mode():
            return _named(self._module.forward(*inputs), names, self.file)

    def told(self, error: BaseException) -> str:
        """TorchScript puts its own traceback before what went wrong."""
        return last_line(error)

    def _tensor(self, array: Any) -> Any:
        whole = np.issubdtype(array.dtype, np.integer)
        typed = array.astype(np.int64 if whole else np.float32)
        return torch.from_numpy(typed).to(self._device)


def _named(output: Any, names: Sequence[str], file: str) -> dict[str, Any]:
    """The named tensors of an output with several; a tensor by itself has the first name."""
    found = {name: _part(output, name) for name in names}
    tensors = {name: value for name, value in found.items() if isinstance(value, torch.Tensor)}
    if not tensors:
        if isinstance(output, tuple | list) and output:
            output = output[0]
        if not isinstance(output, torch.Tensor):
            raise RunnerError(
                Code.BAD_MODEL,
                f"{file} gave {type(output).__name__}; a tensor is expected, or "
                f"{', '.join(names)}.",
            )
        tensors = {names[0]: output}
    return {name: to_numpy(tensor) for name, tensor in tensors.items()}


def _part(output: Any, name: str) -> Any:
    """By name, or by place where ``podium.json`` lists the outputs."""
    if isinstance(output, Mapping):
        return output.get(name)
    if isinstance(output, tuple | list) and name.isdecimal():
        return output[int(name)] if int(name) < len(output) else None
    return getattr(output, name, None)
