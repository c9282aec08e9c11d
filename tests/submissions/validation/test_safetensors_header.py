from __future__ import annotations

import io
import json
import struct
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.validation.errors import SubmissionRefused
from submissions.validation.safetensors_header import SafetensorsFacts, read_safetensors
from tests.submissions.validation.build import safetensors, weights


def _read(data: bytes) -> SafetensorsFacts:
    return read_safetensors(io.BytesIO(data), path="model.safetensors")


def _reason(data: bytes) -> str:
    with pytest.raises(SubmissionRefused) as caught:
        _read(data)
    assert caught.value.code in {"bad_safetensors", "bad_json"}
    assert caught.value.field == "model.safetensors"
    return caught.value.message


def _one(**changes: Any) -> bytes:
    entry = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} | changes
    return safetensors({"w": entry}, bytes(8))


def test_a_real_file_gives_its_facts() -> None:
    facts = _read(weights(a=(2, 3), b=(), c=(0, 5)))
    assert facts.tensors == 3
    assert facts.parameters == {"F32": 7}
    assert facts.tensor_bytes == 28
    assert facts.names == {"a", "b", "c"}


def test_a_broken_header_is_called_that_and_says_what_to_do() -> None:
    assert _reason(safetensors(b'{"a":')) == (
        "The header of model.safetensors is not JSON: Expecting value, line 1. Save the file again."
    )
    assert _reason(bytes(7) + b"\x80").endswith("save the model with save_pretrained().")


def test_parameters_are_counted_by_dtype() -> None:
    header = {
        "a": {"dtype": "BF16", "shape": [3], "data_offsets": [2, 8]},
        "b": {"dtype": "F4", "shape": [4], "data_offsets": [0, 2]},
        "c": {"dtype": "BF16", "shape": [1], "data_offsets": [8, 10]},
    }
    assert _read(safetensors(header, bytes(10))).parameters == {"BF16": 4, "F4": 4}


def test_a_padded_header_is_read() -> None:
    entry = b'{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}   '
    assert _read(safetensors(entry, b"x")).tensors == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "too short"),
        (b"\x00" * 7, "too short"),
        (struct.pack("<Q", 2**63) + b"{}", "announces a header of 9223372036854775808 bytes"),
        (struct.pack("<Q", 100_000_000) + bytes(1000), "announces a header of 100000000 bytes"),
        (struct.pack("<Q", 100) + b"{}", "cut off"),
        (safetensors(b""), "not an object"),
        (safetensors(b"[]"), "not an object"),
        (safetensors(b" {}"), "not an object"),
        (safetensors(b"{"), "not JSON"),
        (safetensors({}), "no tensors"),
        (safetensors({"__metadata__": {"format": "pt"}}), "no tensors"),
        (safetensors({"__metadata__": {"format": 1}, "w": {}}), "__metadata__"),
        (safetensors({"__metadata__": []}), "__metadata__"),
        (safetensors({"w": []}), "other fields"),
        (safetensors({"w": {"dtype": "F32"}}), "other fields"),
        (safetensors(b'{"w":{},"w":{}}'), "there twice"),
        (safetensors({"": {}}), "name"),
        (safetensors({"a\u202e": {}}), "name"),
        (safetensors({"a" * 501: {}}), "name"),
        (_one(more=1), "other fields"),
        (_one(dtype="F31"), "unknown dtype F31"),
        (_one(dtype=["F32"]), "unknown dtype"),
        (_one(shape=[3]), "another number of bytes"),
        (_one(shape=[-2, -1]), "sensible number"),
        (_one(shape=[True, 2]), "sensible number"),
        (_one(shape=[2.0]), "sensible number"),
        (_one(shape=[2**62]), "sensible number"),
        (_one(shape=[1] * 17 + [2]), "dimensions"),
        (_one(shape=2), "dimensions"),
        (_one(data_offsets=[0]), "broken data_offsets"),
        (_one(data_offsets=[8, 0]), "broken data_offsets"),
        (_one(data_offsets=[-8, 0]), "broken data_offsets"),
        (_one(data_offsets=[False, 8]), "broken data_offsets"),
        (_one(data_offsets="08"), "broken data_offsets"),
        (_one(data_offsets=[4, 12]), "leave a gap at byte 0"),
        (_one() + b"x", "1 bytes after its last tensor"),
        (_one()[:-1], "cut off: 8 bytes of tensors announced, 7 there"),
    ],
)
def test_broken_headers_are_refused_with_their_reason(data: bytes, reason: str) -> None:
    assert reason in _reason(data)


def test_overlaps_and_gaps_are_refused() -> None:
    def two(second: list[int]) -> bytes:
        first = {"dtype": "U8", "shape": [8], "data_offsets": [0, 8]}
        other = {"dtype": "U8", "shape": [8], "data_offsets": second}
        return safetensors({"a": first, "b": other}, bytes(16))

    assert _read(two([8, 16])).tensors == 2
    assert "overlap at byte 0" in _reason(two([0, 8]))
    assert "overlap at byte 4" in _reason(two([4, 12]))
    assert "gap at byte 8" in _reason(two([9, 17]))


def test_a_large_header_is_parsed_in_bounded_memory() -> None:
    entry = '"%06d":{"dtype":"F32","shape":[],"data_offsets":[%d,%d]}'
    header = ",".join(entry % (i, 4 * i, 4 * i + 4) for i in range(10_000))
    data = io.BytesIO(safetensors(f"{{{header}}}".encode(), bytes(40_000)))
    tracemalloc.start()
    try:
        facts = read_safetensors(data, path="x")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert facts.tensors == 10_000
    assert peak < 20_000_000


def test_deep_json_is_refused() -> None:
    assert "nested" in _reason(safetensors(b'{"a":' * 100_000))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for content in (data, safetensors(data, data)):
        try:
            _read(content)
        except SubmissionRefused:
            continue


NUMBERS = st.integers(-2, 20) | st.integers() | st.booleans() | st.none() | st.floats()
ENTRIES = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F32", "U8", "F4", "X", 1, None]),
        "shape": st.lists(NUMBERS, max_size=3) | st.none(),
        "data_offsets": st.lists(NUMBERS, max_size=3) | st.none(),
    }
)


@given(st.dictionaries(st.text(max_size=3), ENTRIES | NUMBERS, max_size=4), st.integers(0, 64))
def test_any_header_is_read_or_refused(header: dict[str, Any], size: int) -> None:
    try:
        facts = _read(safetensors(json.dumps(header).encode(), bytes(size)))
    except SubmissionRefused:
        return
    assert facts.tensor_bytes == size
