"""HDF5 files by hand, and a reader that believes them: nothing in Podium reads this format.

Layout: HDF5 File Format Specification 3.0, level 0 (superblock 0), level 1D (local heap), level 2A
(version 1 object header with the messages dataspace 0x0001 and external data files 0x0007).
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path

SIGNATURE = b"\x89HDF\r\n\x1a\n"
_SUPERBLOCK = struct.Struct("<8s8B2HL4Q2Q2L16x")
_OBJECT_HEADER = struct.Struct("<BxHLL4x")
_MESSAGE = struct.Struct("<HHB3x")
_HEAP = struct.Struct("<4sB3x3Q")
_NOWHERE = (1 << 64) - 1
_DATASPACE, _EXTERNAL = 0x0001, 0x0007


@dataclass(frozen=True, slots=True)
class Believed:
    """What the careless reader was led to: the shape of bytes, and the bytes of other files."""

    shape: tuple[int, ...]
    tensor: bytes


def dataset(*, shape: tuple[int, ...], external: str = "") -> bytes:
    """A file of one dataset of bytes; its data lies in the file `external`, if there is one."""
    names = b"\0" * 8 + external.encode() + b"\0"
    dims = struct.pack(f"<BBB5x{len(shape)}Q", 1, len(shape), 0, *shape)
    heap_place = _SUPERBLOCK.size
    heap = _HEAP.pack(b"HEAP", 0, len(names), 1, heap_place + _HEAP.size) + names
    slot = struct.pack("<B3xHHQ3Q", 1, 1, 1, heap_place, 8, 0, math.prod(shape))
    messages = [(_DATASPACE, dims), *([(_EXTERNAL, slot)] if external else [])]
    body = b"".join(_MESSAGE.pack(kind, len(data), 0) + data for kind, data in messages)
    header_place = heap_place + len(heap)
    header = _OBJECT_HEADER.pack(1, len(messages), 1, len(body)) + body
    end = header_place + len(header)
    sizes = (0, 0, 0, 0, 0, 8, 8, 0)
    return (
        _SUPERBLOCK.pack(
            SIGNATURE, *sizes, 4, 16, 0, 0, _NOWHERE, end, _NOWHERE, 0, header_place, 0, 0
        )
        + heap
        + header
    )


def careless_read(data: bytes, *, folder: Path) -> Believed:
    """Follow the file's shape and external files, as a reader without defence does."""
    place = _SUPERBLOCK.unpack_from(data)[-3]
    _, count, _, _ = _OBJECT_HEADER.unpack_from(data, place)
    place += _OBJECT_HEADER.size
    shape: tuple[int, ...] = ()
    tensor = b""
    for _ in range(count):
        kind, size, _ = _MESSAGE.unpack_from(data, place)
        place += _MESSAGE.size
        body = data[place : place + size]
        place += size
        if kind == _DATASPACE:
            shape = struct.unpack_from(f"<{body[1]}Q", body, 8)
        else:
            heap, name = struct.unpack_from("<2Q", body, 8)
            names = _HEAP.unpack_from(data, heap)[-1]
            found = data[names + name :].partition(b"\0")[0].decode()
            tensor += (folder / found).read_bytes()[: math.prod(shape)]
    return Believed(shape=shape, tensor=tensor)
