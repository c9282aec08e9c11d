"""Row 58: a safetensors header of 100 MB, and tensors that share their bytes."""

from __future__ import annotations

import json
import struct
import tracemalloc
from io import BytesIO
from typing import Any, BinaryIO

from submissions.validation.errors import SubmissionRefused
from submissions.validation.safetensors_header import read_safetensors
from tests.attacks.arena import Arena
from tests.attacks.gate import FOLDERS, refusal
from tests.attacks.registry import PLATFORM, case
from tests.submissions.validation.build import safetensors

FLAT = 1 << 20
HUGE = 100_000_000


class Endless(BytesIO):
    """A file of 100 MB of spaces after a header length, none of which is in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.given = 0
        self._place = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._place = offset if whence == 0 else 8 + HUGE + offset
        return self._place

    def read(self, size: int | None = -1) -> bytes:
        most = 8 + HUGE - self._place if size is None or size < 0 else size
        start, self._place = self._place, self._place + most
        self.given += most
        return (struct.pack("<Q", HUGE) if start == 0 else b"") + b" " * (most - 8 * (start == 0))


def overlapping(first: list[int], second: list[int], data: int) -> bytes:
    """Two tensors of 4 float32 each, at these offsets."""
    header = {
        name: {"dtype": "F32", "shape": [4], "data_offsets": place}
        for name, place in (("a", first), ("b", second))
    }
    return safetensors(header, bytes(range(data)))


OVERLAPS = {
    "the same bytes": overlapping([0, 16], [0, 16], 16),
    "half of them": overlapping([0, 16], [8, 24], 24),
    "beyond the end": overlapping([0, 16], [16, 32], 20),
    "with a gap": overlapping([0, 16], [24, 40], 40),
    "backwards": overlapping([0, 16], [32, 16], 32),
    "a name twice": safetensors(
        b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},'
        b'"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
        bytes(8),
    ),
}


@case(58, "safetensors: header of 100 MB, overlapping offsets", where=PLATFORM)
def safetensors_header(arena: Arena) -> None:
    tracemalloc.start()
    endless = Endless()
    try:
        read_safetensors(endless, path="model.safetensors")
        code = "accepted"
    except SubmissionRefused as refused:
        code = refused.code
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (code, endless.given) == ("bad_safetensors", 8)
    assert peak < FLAT
    announced = struct.pack("<Q", HUGE) + b"{" + b" " * 5_000_000
    for name, data in {"announced": announced, **OVERLAPS}.items():
        files = {**FOLDERS["transformers"], "model.safetensors": data}
        assert refusal(arena, files, ["transformers"]) in {"bad_safetensors", "bad_json"}, name


@safetensors_header.control
def a_careless_reader_takes_it_all_and_shares_bytes(arena: Arena) -> None:
    tracemalloc.start()
    read = _careless_header(Endless())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(read) == HUGE < peak
    shared = _careless_tensors(OVERLAPS["half of them"])
    assert shared["a"][8:] == shared["b"][:8]
    good = {**FOLDERS["transformers"], "model.safetensors": overlapping([0, 16], [16, 32], 32)}
    assert refusal(arena, good, ["transformers"]) == "accepted"


def _careless_header(file: BinaryIO) -> bytes:
    (length,) = struct.unpack("<Q", file.read(8))
    return file.read(length)


def _careless_tensors(data: bytes) -> dict[str, bytes]:
    header: dict[str, Any] = json.loads(_careless_header(BytesIO(data)))
    body = data[8 + struct.unpack_from("<Q", data)[0] :]
    return {name: body[slice(*each["data_offsets"])] for name, each in header.items()}
