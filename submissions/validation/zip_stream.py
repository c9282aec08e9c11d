"""The content of one zip entry: never more bytes than announced, and never others."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO

from submissions.validation.zip_directory import Record, bad_zip, read_exactly, zip64_values

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

STORED, DEFLATED = 0, 8
_LOCAL = struct.Struct("<4s5H3L2H")
LOCAL_HEADER_SIZE = _LOCAL.size
_STREAMED = 1 << 3
_FULL32 = 0xFFFFFFFF
_CHUNK = 1 << 16


class EntryStream(io.RawIOBase):
    """Reads one entry with flat memory; its end is reached only if size and CRC are true.

    Every read may raise ``SubmissionRefused`` (``bad_archive``). Streams of one archive share its
    file: each positions it before reading, so they may be read in turns, not in parallel.
    """

    def __init__(self, file: BinaryIO, record: Record, *, start: int, field: str) -> None:
        super().__init__()
        self._file = file
        self._record = record
        self._field = field
        self._place = start
        self._packed_left = record.packed_size
        self._left = record.size
        self._crc = 0
        self._inflater = zlib.decompressobj(-15) if record.method == DEFLATED else None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        target = memoryview(buffer).cast("B")
        if not target:
            return 0
        data = self._next(min(len(target), _CHUNK))
        target[: len(data)] = data
        return len(data)

    def _next(self, most: int) -> bytes:
        data = self._stored(most) if self._inflater is None else self._inflate(most)
        if len(data) > self._left:
            raise bad_zip(f"holds more in {self._field} than it announces", field=self._field)
        self._left -= len(data)
        self._crc = zlib.crc32(data, self._crc)
        if not data:
            self._check_end()
        return data

    def _stored(self, most: int) -> bytes:
        return self._packed(most)

    def _inflate(self, most: int) -> bytes:
        """Return up to ``most`` bytes, ``b""`` only at the end of the deflate stream."""
        inflater = self._inflater
        while inflater is not None and not inflater.eof:
            source = inflater.unconsumed_tail or self._packed(_CHUNK)
            try:
                data = inflater.decompress(source, most)
            except zlib.error:
                raise self._damaged() from None
            if data:
                return data
            if not source and not inflater.eof:
                raise self._damaged()
        return b""

    def _packed(self, most: int) -> bytes:
        size = min(most, self._packed_left)
        self._file.seek(self._place)
        data = read_exactly(self._file, size)
        self._place += size
        self._packed_left -= size
        return data

    def _check_end(self) -> None:
        unused = self._inflater.unused_data if self._inflater is not None else b""
        if self._left or self._packed_left or unused or self._crc != self._record.crc:
            raise self._damaged()

    def _damaged(self) -> Exception:
        return bad_zip(f"is damaged at {self._field}", field=self._field)


def open_entry(file: BinaryIO, record: Record, *, end: int, field: str) -> EntryStream:
    """Open one entry, whose bytes must end at or before ``end``.

    Raises:
        SubmissionRefused: the entry's own header contradicts the table of contents.
    """
    file.seek(record.offset)
    header = _LOCAL.unpack(read_exactly(file, _LOCAL.size))
    signature, _, flags, method, _, _, crc, packed, size, name_length, extra_length = header
    name = read_exactly(file, name_length)
    extra = read_exactly(file, extra_length)
    start = record.offset + _LOCAL.size + name_length + extra_length
    if signature != b"PK\x03\x04" or name != record.name or method != record.method:
        raise bad_zip(f"contradicts itself at {field}", field=field)
    if flags != record.flags or start + record.packed_size > end:
        raise bad_zip(f"contradicts itself at {field}", field=field)
    if not flags & _STREAMED:
        if _FULL32 in (packed, size):
            size, packed = zip64_values(extra, 2)
        if (crc, packed, size) != (record.crc, record.packed_size, record.size):
            raise bad_zip(f"contradicts itself at {field}", field=field)
    return EntryStream(file, record, start=start, field=field)
