from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.validation.protobuf import BYTES, FIXED32, FIXED64, VARINT, Wire, WireError
from tests.submissions.validation.build import chunk, number, varint


def _wire(data: bytes, *, max_fields: int = 1000) -> Wire:
    return Wire(io.BytesIO(data), max_fields=max_fields)


def _numbers(data: bytes, *, max_fields: int = 1000) -> list[tuple[int, int]]:
    wire = _wire(data, max_fields=max_fields)
    return [(field.number, field.wire) for field in wire.fields(0, wire.size)]


def test_fields_of_every_kind_are_found() -> None:
    data = number(1, 300) + chunk(2, "name") + b"\x1d" + bytes(4) + b"\x21" + bytes(8)
    assert _numbers(data) == [(1, VARINT), (2, BYTES), (3, FIXED32), (4, FIXED64)]


def test_values_and_contents_are_read() -> None:
    wire = _wire(number(1, 300) + chunk(2, "name") + chunk(3, varint(1) + varint(500)))
    single, name, packed = wire.fields(0, wire.size)
    assert single.value == 300
    assert wire.content(name, limit=4) == b"name"
    assert wire.varints(single, limit=1) == [300]
    assert wire.varints(packed, limit=2) == [1, 500]
    with pytest.raises(WireError):
        wire.content(name, limit=3)
    with pytest.raises(WireError):
        wire.varints(packed, limit=1)


@pytest.mark.parametrize(
    "data",
    [
        b"\x00",
        b"\x00\x01",
        b"\x0b",
        b"\x0c",
        b"\x0e",
        b"\x08",
        b"\x08\x80",
        b"\x08" + b"\x80" * 10 + b"\x01",
        b"\x12\x05abcd",
        b"\x12" + b"\xff" * 5 + b"\x01",
        b"\x0d\x00",
        b"\x09" + bytes(7),
        b"\x88\x80\x80\x80\x80\x00\x01",
        b"\xba\x80\x80\x80\x10\x00",
    ],
)
def test_other_readings_are_refused(data: bytes) -> None:
    with pytest.raises(WireError):
        _numbers(data)


def test_a_field_may_not_leave_its_message() -> None:
    data = chunk(1, chunk(2, "abc")[:-1]) + b"c"
    wire = _wire(data)
    outer = next(wire.fields(0, len(data) - 1))
    with pytest.raises(WireError, match="longer than the whole"):
        list(wire.fields(outer.start, outer.end))


def test_the_number_of_fields_is_bounded() -> None:
    data = number(1, 1) * 11
    assert len(_numbers(data, max_fields=11)) == 11
    with pytest.raises(WireError, match="too many"):
        _numbers(data, max_fields=10)


def test_contents_are_skipped_and_not_read() -> None:
    class Counting(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            self.taken += len(data)
            return data

    file = Counting(chunk(1, bytes(5_000_000)) + number(2, 7))
    wire = Wire(file, max_fields=10)
    assert [field.number for field in wire.fields(0, wire.size)] == [1, 2]
    assert file.taken < 100_000


@given(st.binary(max_size=100))
def test_any_bytes_are_walked_or_refused(data: bytes) -> None:
    with contextlib.suppress(WireError):
        _numbers(data)


@given(st.lists(st.tuples(st.integers(1, 2**29 - 1), st.integers(0, 2**64 - 1))))
def test_what_is_written_is_read(pairs: list[tuple[int, int]]) -> None:
    data = b"".join(number(*pair) for pair in pairs)
    wire = _wire(data)
    assert [(field.number, field.value) for field in wire.fields(0, len(data))] == pairs
