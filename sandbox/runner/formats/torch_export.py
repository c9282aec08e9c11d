"""Programs of ``torch.export``: ``model.pt2``, with the names of what it is called with.

Loading one runs code of the participant, so this is imported inside a sandbox only.
"""

import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch.export.graph_signature import ConstantArgument, InputKind
from torch.export.passes import move_to_device_pass
from torch.utils import _pytree

_GRAPH = "models/model.json"
_OF_TRANSFORMERS = re.compile(rb'type\\*": \\*"(transformers[\w.]*)\.\w')
"""A class that the program returns: https://docs.pytorch.org/docs/stable/export/pt2_archive.html"""

_ENDLESS = 2**31


@dataclass(frozen=True, slots=True)
class Exported:
    """``call`` takes one tensor for each of ``inputs``, which have the number type that each
    takes, in their order; ``most_tokens`` is None where the export gave no bound."""

    module: Any
    call: Callable[..., Any]
    inputs: Mapping[str, Any]
    most_tokens: int | None


def load_exported(path: Path, device: str) -> Exported:
    """Raises anything: a file may be broken in any way."""
    _import_returned(path)
    program: Any = torch.export.load(str(path))
    if device != "cpu":
        program = move_to_device_pass(program, device)
    given = [
        spec.arg
        for spec in program.graph_signature.input_specs
        if spec.kind is InputKind.USER_INPUT
    ]
    names = [one.name for one in given if not isinstance(one, ConstantArgument)]
    values = {node.name: node.meta["val"] for node in program.graph.nodes if node.name in names}
    module = program.module()
    return Exported(
        module=module,
        call=_by_order(module, given, program.call_spec.in_spec),
        inputs={name: _number_type(values[name]) for name in names},
        most_tokens=_most_tokens(program, values[names[0]]) if names else None,
    )


def _import_returned(path: Path) -> None:
    """A program that returns an object of transformers can be read only where its class is known,
    which importing its module does."""
    with zipfile.ZipFile(path) as archive:
        graphs = [name for name in archive.namelist() if name.endswith(_GRAPH)]
        modules = {
            found for name in graphs for found in _OF_TRANSFORMERS.findall(archive.read(name))
        }
    for name in sorted(modules):
        import_module(name.decode())


def _by_order(module: Any, given: Sequence[Any], spec: Any) -> Callable[..., Any]:
    """The module called with its tensors alone, whether they are arguments or keywords of it."""
    wanted = sum(not isinstance(one, ConstantArgument) for one in given)

    def call(*tensors: Any) -> Any:
        if len(tensors) != wanted:
            raise ValueError(f"the program takes {wanted} inputs, {len(tensors)} are given")
        waiting = iter(tensors)
        leaves = [
            one.value if isinstance(one, ConstantArgument) else next(waiting) for one in given
        ]
        arguments, keywords = _pytree.tree_unflatten(leaves, spec)
        return module(*arguments, **keywords)

    return call


def _number_type(value: Any) -> Any:
    """numpy's type, None for one that it lacks."""
    try:
        return torch.empty(0, dtype=value.dtype).numpy().dtype.type
    except (AttributeError, TypeError):
        return None


def _most_tokens(program: Any, first: Any) -> int | None:
    """The upper bound of the second dimension of the first input, where the export gave one."""
    shape: Sequence[Any] = getattr(first, "shape", ())
    size = shape[1] if len(shape) > 1 else None
    symbol = getattr(getattr(size, "node", None), "expr", None)
    bounds = program.range_constraints.get(symbol)
    return int(bounds.upper) if bounds is not None and bounds.upper < _ENDLESS else None
