"""The header of a safetensors file, read without its library and within own limits.

Format: 8 bytes little-endian header length, JSON header, tensor bytes. Each header entry is
``name: {"dtype", "shape", "data_offsets": [begin, end]}`` with offsets into the tensor bytes;
``__metadata__`` maps strings to strings. The tensors must fill the file without gap or overlap.
"""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from submissions.validation.bounded_json import parse_json
from submissions.validation.errors import SubmissionRefused
from submissions.validation.text import has_hidden, shown, shown_bytes

MAX_HEADER_BYTES = 4 << 20
MAX_RANK = 16
MAX_DIMENSION = 1 << 48
_MAX_NAME = 500
_LENGTH_BYTES = 8
_BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
    "U16": 16, "I16": 16, "F16": 16, "BF16": 16,
    "U32": 32, "I32": 32, "F32": 32,
    "U64": 64, "I64": 64, "F64": 64, "C64": 64,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetensorsFacts:
    """What a file holds: number of tensors, elements by dtype, bytes of tensor data, names."""

    tensors: int
    parameters: Mapping[str, int]
    tensor_bytes: int
    names: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tensor:
    dtype: str
    elements: int
    begin: int
    end: int


def read_safetensors(file: BinaryIO, *, path: str) -> SafetensorsFacts:
    """Check a seekable safetensors file by its header alone; no tensor byte is read.

    Raises:
        SubmissionRefused: ``bad_safetensors`` or ``bad_json``, naming the file and the reason.
    """
    size = file.seek(0, os.SEEK_END)
    header, data_bytes = _read_header(file, size, path)
    entries = _parsed(header, path)
    if not isinstance(entries, dict):
        raise _bad(path, "has a header that is not an object")
    _check_metadata(entries.pop("__metadata__", {}), path)
    tensors = [_tensor(name, entry, path) for name, entry in entries.items()]
    if not tensors:
        raise _bad(path, "holds no tensors")
    _check_layout(tensors, data_bytes, path)
    return SafetensorsFacts(
        tensors=len(tensors),
        parameters=_by_dtype(tensors),
        tensor_bytes=data_bytes,
        names=frozenset(entries),
    )


def _read_header(file: BinaryIO, size: int, path: str) -> tuple[bytes, int]:
    """Return the header's JSON and the number of bytes after it."""
    file.seek(0)
    prefix = file.read(_LENGTH_BYTES)
    if len(prefix) < _LENGTH_BYTES:
        raise _bad(path, "is too short to be a safetensors file")
    (length,) = struct.unpack("<Q", prefix)
    if length > MAX_HEADER_BYTES:
        raise _bad(
            path,
            f"announces a header of {length} bytes; at most {shown_bytes(MAX_HEADER_BYTES)} are "
            "accepted. If it is no safetensors file, save the model with save_pretrained()",
        )
    if length > size - _LENGTH_BYTES:
        raise _bad(path, "ends inside its header; it was probably cut off. Save it again")
    header = file.read(length)
    if not header.startswith(b"{"):
        raise _bad(path, "has a header that is not an object")
    return header, size - _LENGTH_BYTES - length


def _parsed(header: bytes, path: str) -> Any:
    try:
        return parse_json(header, path=f"The header of {path}", max_depth=3)
    except SubmissionRefused as refusal:
        message = f"{refusal.message} Save the file again."
        raise SubmissionRefused(refusal.code, message, field=shown(path)) from None


def _tensor(name: str, entry: Any, path: str) -> _Tensor:
    if not name or len(name) > _MAX_NAME or has_hidden(name):
        raise _bad(path, "holds a tensor with an empty, overlong or invisible name")
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise _bad(path, f"describes {shown(name)} by other fields than dtype, shape, data_offsets")
    dtype = entry["dtype"]
    if not isinstance(dtype, str) or dtype not in _BITS:
        raise _bad(path, f"gives {shown(name)} an unknown dtype {shown(str(dtype))}")
    elements = math.prod(_shape(entry["shape"], name, path))
    begin, end = _offsets(entry["data_offsets"], name, path)
    if elements * _BITS[dtype] != (end - begin) * 8:
        raise _bad(path, f"gives {shown(name)} another number of bytes than its shape needs")
    return _Tensor(dtype=dtype, elements=elements, begin=begin, end=end)


def _shape(shape: Any, name: str, path: str) -> list[int]:
    if not isinstance(shape, list) or len(shape) > MAX_RANK:
        raise _bad(path, f"gives {shown(name)} no list of up to {MAX_RANK} dimensions as shape")
    if not all(type(length) is int and 0 <= length <= MAX_DIMENSION for length in shape):
        raise _bad(path, f"gives {shown(name)} a dimension that is no sensible number")
    return shape


def _offsets(offsets: Any, name: str, path: str) -> tuple[int, int]:
    if (
        not isinstance(offsets, list)
        or len(offsets) != 2
        or not all(type(offset) is int for offset in offsets)
        or not 0 <= offsets[0] <= offsets[1]
    ):
        raise _bad(path, f"gives {shown(name)} broken data_offsets")
    return offsets[0], offsets[1]


def _check_metadata(metadata: Any, path: str) -> None:
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise _bad(path, "has a __metadata__ that does not map texts to texts")


def _check_layout(tensors: list[_Tensor], data_bytes: int, path: str) -> None:
    place = 0
    for tensor in sorted(tensors, key=lambda tensor: (tensor.begin, tensor.end)):
        if tensor.begin != place:
            problem = "overlap" if tensor.begin < place else "leave a gap"
            raise _bad(path, f"holds tensors that {problem} at byte {min(place, tensor.begin)}")
        place = tensor.end
    if place > data_bytes:
        raise _bad(path, f"is cut off: {place} bytes of tensors announced, {data_bytes} there")
    if place < data_bytes:
        raise _bad(path, f"has {data_bytes - place} bytes after its last tensor")


def _by_dtype(tensors: list[_Tensor]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for tensor in tensors:
        counts[tensor.dtype] = counts.get(tensor.dtype, 0) + tensor.elements
    return counts


def _bad(path: str, reason: str) -> SubmissionRefused:
    return SubmissionRefused("bad_safetensors", f"{shown(path)} {reason}.", field=shown(path))
