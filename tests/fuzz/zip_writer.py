"""Writes zip files field by field, so that any of them can lie."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

STORED, DEFLATED = 0, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file as it is written; each number None is the true one.

    `extra` stands in both headers, `attributes` are the external ones, `gap` are bytes before the
    entry that belong to nothing.
    """

    name: bytes
    data: bytes = b""
    method: int = DEFLATED
    flags: int = 0
    attributes: int = 0
    extra: bytes = b""
    gap: bytes = b""
    size: int | None = None
    packed_size: int | None = None
    crc: int | None = None
    offset: int | None = None
    local_name: bytes | None = None
    local_size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The end of the table of contents; `count` None is the true one."""

    count: int | None = None
    comment: bytes = b""
    shift: int = 0
    wide: bool = False


def zip_file(entries: Sequence[Entry], end: End) -> bytes:
    """A zip file, with the zip64 records where `end.wide`."""
    body = table = b""
    for entry in entries:
        packed = _packed(entry)
        body += entry.gap
        table += _record(entry, packed, offset=len(body))
        body += _local(entry, packed) + packed
    return body + table + _end(end, count=len(entries), size=len(table), offset=len(body))


def _packed(entry: Entry) -> bytes:
    if entry.method == STORED:
        return entry.data
    deflater = zlib.compressobj(wbits=-15)
    return deflater.compress(entry.data) + deflater.flush()


def _sizes(entry: Entry, packed: bytes) -> tuple[int, int, int]:
    crc = zlib.crc32(entry.data) if entry.crc is None else entry.crc
    packed_size = len(packed) if entry.packed_size is None else entry.packed_size
    return crc, packed_size, len(entry.data) if entry.size is None else entry.size


def _record(entry: Entry, packed: bytes, *, offset: int) -> bytes:
    fixed = struct.pack("<4s6H3L", b"PK\x01\x02", 20, 20, entry.flags, entry.method, 0, 0,
                        *_sizes(entry, packed))  # fmt: skip
    place = offset if entry.offset is None else entry.offset
    lengths = struct.pack(
        "<5H2L", len(entry.name), len(entry.extra), 0, 0, 0, entry.attributes, place
    )
    return fixed + lengths + entry.name + entry.extra


def _local(entry: Entry, packed: bytes) -> bytes:
    crc, packed_size, size = _sizes(entry, packed)
    size = size if entry.local_size is None else entry.local_size
    name = entry.name if entry.local_name is None else entry.local_name
    fixed = struct.pack(
        "<4s5H3L", b"PK\x03\x04", 20, entry.flags, entry.method, 0, 0, crc, packed_size, size
    )
    return fixed + struct.pack("<2H", len(name), len(entry.extra)) + name + entry.extra


def _end(end: End, *, count: int, size: int, offset: int) -> bytes:
    count = count if end.count is None else end.count
    offset += end.shift
    wide = b""
    if end.wide:
        wide = struct.pack(
            "<4sQ2H2L4Q", b"PK\x06\x06", 44, 20, 20, 0, 0, count, count, size, offset
        )
        wide += struct.pack("<4sLQL", b"PK\x06\x07", 0, offset + size, 1)
    fixed = struct.pack("<4s4H2L", b"PK\x05\x06", 0, 0, count, count, size, offset)
    return wide + fixed + struct.pack("<H", len(end.comment)) + end.comment
