"""What the headers of safetensors files tell: parameters and bytes, without loading a tensor."""

import json
import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from .errors import Code, RunnerError
from .json_file import read_json_object

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
_HEADER_LIMIT = 64 * 2**20
_OTHER = "other"
_TYPES = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "F8_E4M3": "float8",
    "F8_E5M2": "float8",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U8": "uint8",
    "BOOL": "bool",
}


@dataclass(frozen=True, slots=True)
class WeightFacts:
    """``by_dtype`` counts tensor elements, also of tensors that the architecture leaves out."""

    by_dtype: Mapping[str, int]
    bytes: int

    @property
    def parameters(self) -> int:
        return sum(self.by_dtype.values())


def weight_files(folder: Path) -> list[Path]:
    """The files that transformers loads. Raises ``model_missing`` and ``bad_model``."""
    if (folder / SINGLE).is_file():
        return [folder / SINGLE]
    if not (folder / INDEX).is_file():
        raise RunnerError(
            Code.MODEL_MISSING, f"The model's folder has neither {SINGLE} nor {INDEX}."
        )
    names = _indexed_names(folder / INDEX)
    strange = [name for name in names if Path(name).name != name]
    absent = [name for name in names if not (folder / name).is_file()]
    if strange:
        raise RunnerError(Code.BAD_MODEL, f"{INDEX} names a file outside its folder.")
    if absent:
        raise RunnerError(Code.MODEL_MISSING, f"{INDEX} names {absent[0]}, which is absent.")
    return [folder / name for name in names]


def _indexed_names(path: Path) -> list[str]:
    weight_map = read_json_object(path).get("weight_map")
    names = list(weight_map.values()) if isinstance(weight_map, dict) else []
    if not names or not all(isinstance(name, str) for name in names):
        raise RunnerError(Code.BAD_MODEL, f"{INDEX} has no readable weight_map.")
    return sorted(set(names))


def read_header(path: Path) -> dict[str, Any]:
    """The JSON header of a safetensors file. Raises ``bad_model``."""
    with path.open("rb") as file:
        start = file.read(8)
        size = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if not 2 <= size <= _HEADER_LIMIT:
            raise RunnerError(Code.BAD_MODEL, f"{path.name}: not a safetensors file.")
        raw = file.read(size)
    try:
        header = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise RunnerError(Code.BAD_MODEL, f"{path.name}: its header is not JSON.") from error
    if not isinstance(header, dict):
        raise RunnerError(Code.BAD_MODEL, f"{path.name}: its header is not an object.")
    return header


def _elements(path: Path) -> Iterator[tuple[str, int]]:
    """The number type and the size of each tensor."""
    tensors = [entry for name, entry in read_header(path).items() if name != "__metadata__"]
    try:
        for tensor in tensors:
            yield _TYPES.get(tensor["dtype"], _OTHER), prod(int(size) for size in tensor["shape"])
    except (TypeError, KeyError, ValueError) as error:
        raise RunnerError(Code.BAD_MODEL, f"{path.name}: a tensor has no shape.") from error


def weight_facts(folder: Path) -> WeightFacts:
    """Raises ``model_missing`` and ``bad_model``."""
    files = weight_files(folder)
    by_dtype: Counter[str] = Counter()
    for path in files:
        for dtype, elements in _elements(path):
            by_dtype[dtype] += elements
    return WeightFacts(by_dtype, sum(path.stat().st_size for path in files))
