"""The table of contents of a zip file, read strictly and with flat memory.

Layout: APPNOTE.TXT 6.3.10, sections 4.3.12 (central directory), 4.3.14 to 4.3.16 (its end, with
the zip64 forms). Only one reading of a file is accepted: the end record closes the file, the
central directory lies right before it and holds exactly the announced number of records.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from submissions.validation.errors import SubmissionRefused

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_RECORD = struct.Struct("<4s6H3L5H2L")
_MAX_COMMENT = 0xFFFF
_MAX_RECORD = _RECORD.size + 8192
_FULL16 = 0xFFFF
_FULL32 = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Where the central directory lies, and how many records it announces."""

    count: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One entry as the central directory states it; offsets and sizes in bytes."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed_size: int
    size: int
    attributes: int
    offset: int


def bad_zip(reason: str, *, field: str | None = None) -> SubmissionRefused:
    """Return the refusal of a damaged or dishonest archive."""
    return SubmissionRefused(
        "bad_archive",
        f"The zip file {reason}. Pack the folder again with an ordinary zip program.",
        field=field,
    )


def read_exactly(file: BinaryIO, size: int) -> bytes:
    """Read ``size`` bytes; raises ``bad_archive`` where the file ends before."""
    parts = []
    while size:
        part = file.read(size)
        if not part:
            raise bad_zip("is cut off")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def find_directory(file: BinaryIO) -> Directory:
    """Read the end of the file only: the number of entries is known before any is listed."""
    length = file.seek(0, os.SEEK_END)
    tail_start = max(0, length - _END.size - _MAX_COMMENT)
    file.seek(tail_start)
    tail = read_exactly(file, length - tail_start)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END.size:
        raise SubmissionRefused(
            "not_a_zip", "The file is not a zip archive. Upload a .zip file or a folder."
        )
    _, disk, start_disk, disk_count, count, size, offset, comment = _END.unpack_from(tail, place)
    if place + _END.size + comment != len(tail):
        raise bad_zip("has bytes after its end")
    if disk or start_disk or disk_count != count:
        raise bad_zip("is one part of several")
    stated = Directory(count=count, offset=offset, size=size)
    end = tail_start + place
    found, end = _with_zip64(file, stated, end)
    if found.offset + found.size != end:
        raise bad_zip("has a table of contents in the wrong place")
    return found


def records(file: BinaryIO, directory: Directory) -> Iterator[Record]:
    """Yield every record of the central directory; more or fewer than announced is refused."""
    file.seek(directory.offset)
    left = directory.size
    for _ in range(directory.count):
        if left < _RECORD.size:
            raise bad_zip("announces more files than it lists")
        fixed = _RECORD.unpack(read_exactly(file, _RECORD.size))
        lengths = fixed[10:13]
        left -= _RECORD.size + sum(lengths)
        if fixed[0] != b"PK\x01\x02" or left < 0:
            raise bad_zip("has a damaged table of contents")
        if sum(lengths) > _MAX_RECORD:
            raise bad_zip("has oversized names or comments")
        variable = read_exactly(file, sum(lengths))
        yield _record(fixed, variable[: lengths[0]], variable[lengths[0] : sum(lengths[:2])])
    if left:
        raise bad_zip("lists more files than it announces")


def zip64_values(extra: bytes, wanted: int) -> list[int]:
    """Return the first ``wanted`` 64-bit values of the zip64 extra field (tag 1)."""
    place = 0
    while place + 4 <= len(extra):
        tag, size = struct.unpack_from("<HH", extra, place)
        place += 4
        if place + size > len(extra):
            raise bad_zip("has a damaged extra field")
        if tag == 1:
            if size < 8 * wanted:
                break
            return list(struct.unpack_from(f"<{wanted}Q", extra, place))
        place += size
    raise bad_zip("lacks its zip64 sizes")


def _with_zip64(file: BinaryIO, stated: Directory, end: int) -> tuple[Directory, int]:
    """Return the directory and where it must end, by the zip64 records where there are any."""
    overflow = stated.count == _FULL16 or _FULL32 in (stated.offset, stated.size)
    locator_start = end - _END64_LOCATOR.size
    locator = b""
    if locator_start >= 0:
        file.seek(locator_start)
        locator = read_exactly(file, _END64_LOCATOR.size)
    if not locator.startswith(b"PK\x06\x07"):
        if overflow and stated.count != _FULL16:
            raise bad_zip("lacks its zip64 records")
        return stated, end
    _, disk, start, disks = _END64_LOCATOR.unpack(locator)
    if disk or disks > 1 or start + _END64.size != locator_start:
        raise bad_zip("has damaged zip64 records")
    file.seek(start)
    fields = _END64.unpack(read_exactly(file, _END64.size))
    signature, own_size, _, _, disk, start_disk, disk_count, count, size, offset = fields
    if signature != b"PK\x06\x06" or own_size != _END64.size - 12 or disk_count != count:
        raise bad_zip("has damaged zip64 records")
    wide = Directory(count=count, offset=offset, size=size)
    if disk or start_disk or not _agree(stated, wide):
        raise bad_zip("contradicts itself in its zip64 records")
    return wide, start


def _agree(stated: Directory, wide: Directory) -> bool:
    return (
        stated.count in (wide.count, _FULL16)
        and stated.offset in (wide.offset, _FULL32)
        and stated.size in (wide.size, _FULL32)
    )


def _record(fixed: tuple[int, ...], name: bytes, extra: bytes) -> Record:
    _, _, _, flags, method, _, _, crc, packed, size = fixed[:10]
    disk, _, attributes, offset = fixed[13:17]
    wide = [value == _FULL32 for value in (size, packed, offset)]
    if any(wide):
        values = iter(zip64_values(extra, sum(wide)))
        size = next(values) if wide[0] else size
        packed = next(values) if wide[1] else packed
        offset = next(values) if wide[2] else offset
    if disk:
        raise bad_zip("is one part of several")
    return Record(
        name=name,
        flags=flags,
        method=method,
        crc=crc,
        packed_size=packed,
        size=size,
        attributes=attributes,
        offset=offset,
    )
