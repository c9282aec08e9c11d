"""The outputs of transformers' models by name."""

from collections.abc import Sequence
from typing import Any

from ..errors import Code, RunnerError
from .torch_setup import to_numpy


def named_arrays(output: Any, names: Sequence[str]) -> dict[str, Any]:
    """Those of the named outputs that are there, as arrays in float32. Raises ``bad_model``."""
    found = {name: getattr(output, name, None) for name in names}
    arrays = {name: to_numpy(value) for name, value in found.items() if value is not None}
    if not arrays:
        raise RunnerError(Code.BAD_MODEL, f"The model gave none of {', '.join(names)}.")
    return arrays
