"""The ONNX reader meets broken messages, and finds what is forbidden wherever it is hidden."""

from __future__ import annotations

import functools

from hypothesis import strategies as st

from submissions.validation.errors import SubmissionRefused
from submissions.validation.onnx_file import read_onnx
from submissions.validation.onnx_schema import CHILDREN, Message
from tests.fuzz.counted_file import CountedFile
from tests.fuzz.harness import KIB, Watch, fuzz
from tests.fuzz.mutations import mutated
from tests.submissions.validation.build import chunk, node, number, onnx, tensor, varint

_ATTRIBUTE = chunk(1, "value")
DEEP = 10
"""Graphs within graphs from which on the reader may refuse for that alone."""
FILES = [
    onnx(),
    onnx(nodes=[node(attributes=[_ATTRIBUTE + chunk(5, tensor([3]))])], domains=("", "ai.onnx.ml")),
    onnx(nodes=[node("If", attributes=[_ATTRIBUTE + chunk(6, chunk(1, node()))])] * 20),
    onnx(initializers=[tensor([number, 2]) for number in range(40)]),
    onnx(initializers=[tensor([70, 130])]),
]
WORDS = [
    b"\x08",
    b"\x0a",
    b"\x12",
    b"\x3a",
    b"\x6a",
    b"\x70\x01",
    b"\xff" * 9 + b"\x01",
    b"\x80" * 10,
    b"\x0b",
    b"PyOp",
]


def messages() -> st.SearchStrategy[bytes]:
    """Messages of any shape: numbers, texts and messages in fields that the schema knows."""
    fields = st.sampled_from(
        (1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 20, 22, 23, 25, 99, 1 << 28)
    )
    numbers = st.one_of(st.integers(0, 20), st.integers(0, (1 << 64) - 1))
    leaves = st.one_of(
        st.builds(number, fields, numbers),
        st.builds(chunk, fields, st.binary(max_size=12)),
        st.builds(lambda field, data: varint(field << 3 | 5) + data, fields, st.just(b"\0\0\x80?")),
        st.builds(lambda field, wire: varint(field << 3 | wire), fields, st.integers(0, 7)),
    )
    return st.recursive(
        leaves,
        lambda inner: st.builds(chunk, fields, st.lists(inner, max_size=5).map(b"".join)),
        max_leaves=14,
    )


def files() -> st.SearchStrategy[bytes]:
    start = number(1, 8) + chunk(8, chunk(1, "") + number(2, 17))
    whole = st.lists(messages(), max_size=4).map(b"".join)
    return st.one_of(
        st.builds(
            lambda graph, more: start + chunk(7, graph) + more, whole, st.just(b"") | messages()
        ),
        whole,
        mutated(FILES, words=WORDS),
    )


def test_an_onnx_file_is_refused_or_counted_without_reading_its_weights() -> None:
    watch = Watch(SubmissionRefused, times=20)

    def check(data: bytes) -> None:
        file = CountedFile(data)
        facts = watch.read(lambda: read_onnx(file, path="model.onnx"), size=len(data))
        assert file.bytes_read <= 8 * len(data) + 64 * KIB
        if facts is not None:
            check_nesting(data, Message.MODEL)
            assert 0 <= facts.tensors <= len(data)
            assert all(
                0 <= count <= 8 * len(data) * facts.tensors + len(data)
                for count in facts.parameters.values()
            )

    fuzz(files(), check, watch)


def check_nesting(data: bytes, message: Message) -> None:
    """A second reading: the fields of a message, and of those inside it, fill it to its end."""
    place = 0
    while place < len(data):
        tag, place = _varint(data, place)
        start, size = place, {1: 8, 5: 4}.get(tag & 7, 0)
        if tag & 7 == 0:
            _, place = _varint(data, place)
        elif tag & 7 == 2:
            size, start = _varint(data, place)
        end = max(place, start + size)
        assert end <= len(data), "a part is longer than the whole"
        if tag & 7 == 2 and (child := CHILDREN[message].get(tag >> 3)):
            check_nesting(data[start:end], child)
        place = end


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while data[place] > 0x7F:
        value |= (data[place] & 0x7F) << shift
        place, shift = place + 1, shift + 7
    return value | data[place] << shift, place + 1


_FORBIDDEN = {
    "own domain": node("Thing", domain="my.own"),
    "operator that runs code": node("PythonOp", domain="com.microsoft"),
    "weights elsewhere": node(
        attributes=[
            _ATTRIBUTE + chunk(5, number(1, 2) + number(2, 1) + chunk(13, chunk(1, "location")))
        ]
    ),
    "weights said to lie elsewhere": node(
        attributes=[_ATTRIBUTE + chunk(10, number(2, 1) + number(14, 1))]
    ),
    "sparse weights elsewhere": node(attributes=[_ATTRIBUTE + chunk(22, chunk(1, number(14, 1)))]),
}


def _in_attribute(field: int, inner: bytes) -> bytes:
    """A node with a graph in an attribute, with the given node in it."""
    return node("Loop", attributes=[_ATTRIBUTE + chunk(field, chunk(1, node()) + chunk(1, inner))])


def _model(inner: bytes, place: str) -> bytes:
    if place == "function":
        return onnx(more=chunk(25, chunk(7, node()) + chunk(7, inner) + chunk(10, "")))
    if place == "function's attribute":
        return onnx(more=chunk(25, chunk(11, _ATTRIBUTE + chunk(6, chunk(1, inner)))))
    if place == "training":
        return onnx(more=chunk(20, chunk(1, chunk(1, inner))))
    return onnx(nodes=[node(), inner, node()])


def test_what_is_forbidden_is_found_at_any_depth() -> None:
    watch = Watch(SubmissionRefused, times=20)

    def check(example: tuple[bytes, list[int], str]) -> None:
        inner, fields, place = example
        nested = functools.reduce(lambda whole, field: _in_attribute(field, whole), fields, inner)
        data = _model(nested, place)
        facts = watch.read(lambda: read_onnx(CountedFile(data), path="model.onnx"), size=len(data))
        if inner in _FORBIDDEN.values():
            assert facts is None
        elif len(fields) < DEEP:
            assert facts is not None

    harmless = node(attributes=[_ATTRIBUTE + chunk(5, tensor([2]))])
    inner = st.one_of(st.just(harmless), st.sampled_from(list(_FORBIDDEN.values())))
    graphs = st.sampled_from((6, 11))
    deep = st.builds(lambda field, times: [field] * times, graphs, st.sampled_from((DEEP, 400)))
    depths = st.one_of(*[st.lists(graphs, max_size=9)] * 3, deep)
    places = st.sampled_from(("graph", "function", "function's attribute", "training"))
    fuzz(st.tuples(inner, depths, places), check, watch)
