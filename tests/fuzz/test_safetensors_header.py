"""The safetensors reader meets broken headers, and what it accepts adds up to the byte."""

from __future__ import annotations

import json
import math
import struct

from hypothesis import strategies as st

from submissions.validation.errors import SubmissionRefused
from submissions.validation.safetensors_header import _BITS, SafetensorsFacts, read_safetensors
from tests.fuzz.counted_file import CountedFile
from tests.fuzz.harness import Watch, fuzz
from tests.fuzz.json_texts import json_objects, json_texts
from tests.fuzz.mutations import changed, mutated
from tests.submissions.validation.build import safetensors, weights

FILES = [
    weights(w=(2, 3)),
    weights(a=(2, 3), b=(), c=(0, 5)),
    weights(**{f"layer.{number}.weight": (number, 2) for number in range(60)}),
    safetensors({"h": {"dtype": "F4", "shape": [4], "data_offsets": [0, 2]}}, b"12"),
]
WORDS = [
    b'"dtype"',
    b'"shape"',
    b'"data_offsets"',
    b'"__metadata__"',
    b"[0, 24]",
    b"1e9",
    b"[[",
    b"{",
]


def _mostly(usual: str, *others: str) -> st.SearchStrategy[str]:
    return st.one_of(st.just(usual), st.just(usual), st.sampled_from(others))


def headers() -> st.SearchStrategy[str]:
    """Headers of one or two tensors that are almost right."""
    dtypes = _mostly('"F32"', '"F4"', '"BOOL"', '"F99"', "7", '["F32"]')
    shapes = _mostly("[2]", "[]", "[0, 9]", "[2, 1]", "[-1]", f"[{1 << 40}]", "[true]", "[2.0]")
    offsets = _mostly("[0, 8]", "[8, 16]", "[0, 16]", "[4, 12]", "[0, 0]", "[8, 0]", "[0]", "7")
    tensor = json_objects({"dtype": dtypes, "shape": shapes, "data_offsets": offsets})
    return st.one_of(
        json_objects({"a": tensor}),
        json_objects({"a": tensor, "b": tensor, "__metadata__": st.just('{"format": "pt"}')}),
        json_texts(["dtype", "shape", "data_offsets", "__metadata__"], ['"F32"', "[2]", "[0, 8]"]),
    )


def files() -> st.SearchStrategy[bytes]:
    built = st.builds(
        lambda text, data: safetensors(text.encode(), data),
        headers(),
        st.integers(0, 3).map(lambda number: bytes(8 * number)),
    )
    return st.one_of(changed(built), mutated(FILES, words=WORDS))


def test_a_safetensors_file_is_refused_or_adds_up() -> None:
    watch = Watch(SubmissionRefused, times=60)

    def check(data: bytes) -> None:
        file = CountedFile(data)
        facts = watch.read(lambda: read_safetensors(file, path="model.safetensors"), size=len(data))
        assert file.reads <= 3
        if facts is not None:
            assert file.bytes_read == len(data) - facts.tensor_bytes
            check_facts(data, facts)

    fuzz(files(), check, watch)


def check_facts(data: bytes, facts: SafetensorsFacts) -> None:
    """Every tensor has the bytes that its shape needs, and they fill the file in some order."""
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    assert facts.names == set(header)
    assert facts.tensors == len(header) > 0
    place = 0
    for tensor in sorted(header.values(), key=lambda tensor: tensor["data_offsets"]):
        begin, end = tensor["data_offsets"]
        assert begin == place
        assert (end - begin) * 8 == math.prod(tensor["shape"]) * _BITS[tensor["dtype"]]
        place = end
    assert place == facts.tensor_bytes == len(data) - 8 - length
    elements = sum(math.prod(tensor["shape"]) for tensor in header.values())
    assert sum(facts.parameters.values()) == elements
