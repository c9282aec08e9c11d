"""A minimal walk over protobuf's wire format, with flat memory over files of any size.

Encoding: https://protobuf.dev/programming-guides/encoding/. Only what one reading allows is
accepted: tags and lengths in their legal ranges, no groups, nothing that leaves its message.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_FIXED = {FIXED64: 8, FIXED32: 4}
_WINDOW = 1 << 15
_MAX_TAG_BYTES = 5
_MAX_VARINT_BYTES = 10
_MASK64 = (1 << 64) - 1


class WireError(Exception):
    """The bytes are no protobuf message, or break a limit of the walk."""


class Field(NamedTuple):
    """One field: for ``VARINT`` its ``value``; otherwise its content lies in [start, end)."""

    number: int
    wire: int
    value: int
    start: int
    end: int


class Wire:
    """Reads fields at any place of a seekable file; ``max_fields`` bounds time.

    Raises (everywhere):
        WireError: the bytes are no message, or hold more than ``max_fields`` fields.
    """

    def __init__(self, file: BinaryIO, *, max_fields: int) -> None:
        self._file = file
        self.size = file.seek(0, os.SEEK_END)
        self._fields_left = max_fields
        self._window = b""
        self._window_start = 0

    def fields(self, start: int, end: int) -> Iterator[Field]:
        """Yield the fields of the message in [start, end); contents are skipped, not read."""
        place = start
        while place < end:
            self._fields_left -= 1
            if self._fields_left < 0:
                raise WireError("it has too many parts")
            tag, place = self._varint(place, end, _MAX_TAG_BYTES)
            field = self._field(tag, place, end)
            yield field
            place = field.end

    def content(self, field: Field, *, limit: int) -> bytes:
        """Return the bytes of a length-delimited field of at most ``limit`` bytes."""
        if field.end - field.start > limit:
            raise WireError("it holds an overlong name or value")
        self._file.seek(field.start)
        data = self._file.read(field.end - field.start)
        if len(data) != field.end - field.start:
            raise WireError("it is cut off")
        return data

    def varints(self, field: Field, *, limit: int) -> list[int]:
        """Return the integers of a repeated field, packed or single; at most ``limit``."""
        if field.wire == VARINT:
            return [field.value]
        values: list[int] = []
        place = field.start
        while place < field.end:
            if len(values) == limit:
                raise WireError("it holds an overlong list")
            value, place = self._varint(place, field.end, _MAX_VARINT_BYTES)
            values.append(value)
        return values

    def _field(self, tag: int, place: int, end: int) -> Field:
        number, wire = tag >> 3, tag & 7
        if tag >> 32 or not number:
            raise WireError("it holds an impossible field number")
        if wire == VARINT:
            value, after = self._varint(place, end, _MAX_VARINT_BYTES)
            return Field(number, wire, value, place, after)
        if wire == BYTES:
            length, place = self._varint(place, end, _MAX_TAG_BYTES)
        elif wire in _FIXED:
            length = _FIXED[wire]
        else:
            raise WireError("it holds an unknown wire type")
        if place + length > end:
            raise WireError("a part is longer than the whole")
        return Field(number, wire, 0, place, place + length)

    def _varint(self, place: int, end: int, most: int) -> tuple[int, int]:
        value = 0
        for index in range(most):
            if place >= end:
                raise WireError("it is cut off")
            byte = self._byte(place)
            place += 1
            value |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:
                return value & _MASK64, place
        raise WireError("it holds an overlong number")

    def _byte(self, place: int) -> int:
        offset = place - self._window_start
        if not 0 <= offset < len(self._window):
            self._file.seek(place)
            self._window = self._file.read(_WINDOW)
            self._window_start = place
            offset = 0
            if not self._window:
                raise WireError("it is cut off")
        return self._window[offset]
