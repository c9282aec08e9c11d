"""From the vectors of a text's tokens to one vector.

The arrays are numpy's or torch's: both know the operators used here. ``hidden`` is
(texts, tokens, width) in float32, ``mask`` (texts, tokens) with 1.0 for tokens and 0.0 for padding;
every text has at least one token.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import Code, RunnerError
from .json_file import read_json, read_json_object

Array = Any
Embeddings = NDArray[np.float32]
Pool = Callable[[Array, Array], Array]

_FAR_BELOW = 1e30


def pool_mean(hidden: Array, mask: Array) -> Array:
    return (hidden * mask[:, :, None]).sum(1) / mask.sum(1)[:, None]


def pool_mean_sqrt(hidden: Array, mask: Array) -> Array:
    return (hidden * mask[:, :, None]).sum(1) / mask.sum(1)[:, None] ** 0.5


def pool_max(hidden: Array, mask: Array) -> Array:
    largest = (hidden * mask[:, :, None] - _FAR_BELOW * (1.0 - mask[:, :, None])).max(1)
    return getattr(largest, "values", largest)  # torch returns the values with their indices


def pool_cls(hidden: Array, mask: Array) -> Array:
    """The first token's vector, also where padding is on the left."""
    return hidden[list(range(len(hidden))), mask.argmax(1)]


def pool_last(hidden: Array, mask: Array) -> Array:
    """The last token's vector, wherever padding is."""
    return hidden[list(range(len(hidden))), (mask.cumsum(1) * mask).argmax(1)]


def pool_weighted_mean(hidden: Array, mask: Array) -> Array:
    """The mean with weights 1, 2, 3 … along the text, for models that read left to right."""
    weights = mask.cumsum(1) * mask
    return (hidden * weights[:, :, None]).sum(1) / weights.sum(1)[:, None]


_MODES: Mapping[str, Pool] = {
    "cls": pool_cls,
    "max": pool_max,
    "mean": pool_mean,
    "mean_sqrt_len": pool_mean_sqrt,
    "weightedmean": pool_weighted_mean,
    "lasttoken": pool_last,
}
_PREFIX = "pooling_mode_"
_MODULES = {"Transformer", "Pooling", "Normalize"}


@dataclass(frozen=True, slots=True)
class Pooling:
    """One or more ways of pooling, set side by side, then scaled to length 1 where asked."""

    pools: tuple[Pool, ...]
    to_unit_length: bool = False

    def parts(self, hidden: Array, mask: Array) -> list[Array]:
        return [pool(hidden, mask) for pool in self.pools]

    def join(self, parts: Sequence[Embeddings]) -> Embeddings:
        joined = np.concatenate(parts, axis=1)
        return unit_length(joined) if self.to_unit_length else joined


def unit_length(vectors: Embeddings) -> Embeddings:
    """Rows scaled to length 1; a row of zeros stays as it is."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(norms == 0, 1, norms), dtype=np.float32)


def choose_pooling(name: str, folder: Path) -> Pooling:
    """A task's pooling; ``model`` means the folder's own. Raises ``bad_model``."""
    return folder_pooling(folder) if name == "model" else Pooling((_MODES[name],))


def folder_pooling(folder: Path) -> Pooling:
    """What ``1_Pooling/config.json`` and ``modules.json`` of sentence-transformers say.

    A folder without them is pooled by the mean. Raises ``bad_model``; modules that have weights
    of their own, such as ``Dense``, raise ``unsupported_architecture``.
    """
    modules = _module_types(folder)
    other = sorted(set(modules) - _MODULES)
    if other:
        raise RunnerError(
            Code.UNSUPPORTED_ARCHITECTURE, f"modules.json: the module {other[0]} is not supported."
        )
    config = folder / "1_Pooling" / "config.json"
    pools = _pools(read_json_object(config)) if config.is_file() else (pool_mean,)
    return Pooling(pools, to_unit_length="Normalize" in modules)


def _pools(config: Mapping[str, Any]) -> tuple[Pool, ...]:
    """The modes that are on, as flags ``pooling_mode_…`` (older) or ``pooling_mode`` (newer)."""
    named = config.get("pooling_mode", [])
    names = list(named) if isinstance(named, list) else [named]
    names += [key[len(_PREFIX) :] for key, on in config.items() if on is True and _PREFIX in key]
    modes = [str(name).removesuffix("_tokens").removesuffix("_token") for name in names]
    unknown = [mode for mode in modes if mode not in _MODES]
    if unknown or not modes:
        problem = f"unknown mode {unknown[0]}" if unknown else "no mode is on"
        raise RunnerError(Code.BAD_MODEL, f"1_Pooling/config.json: {problem}.")
    return tuple(_MODES[mode] for mode in modes)


def _module_types(folder: Path) -> list[str]:
    path = folder / "modules.json"
    if not path.is_file():
        return []
    modules = read_json(path)
    if not isinstance(modules, list) or not all(isinstance(entry, dict) for entry in modules):
        raise RunnerError(Code.BAD_MODEL, "modules.json: not a list of modules.")
    return [str(entry.get("type", "")).rpartition(".")[2] for entry in modules]
