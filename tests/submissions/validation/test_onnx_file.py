from __future__ import annotations

import contextlib
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.validation import onnx_file
from submissions.validation.errors import SubmissionRefused
from submissions.validation.onnx_file import OnnxFacts, read_onnx
from tests.submissions.validation.build import chunk, node, number, onnx, tensor, varint


def _read(data: bytes) -> OnnxFacts:
    return read_onnx(io.BytesIO(data), path="model.onnx")


def _refusal(data: bytes) -> SubmissionRefused:
    with pytest.raises(SubmissionRefused) as caught:
        _read(data)
    assert caught.value.field == "model.onnx"
    assert caught.value.message.startswith("model.onnx")
    return caught.value


def _entry(key: str, value: str) -> bytes:
    return chunk(13, chunk(1, key) + chunk(2, value))


def _external(location: str = "weights.bin") -> bytes:
    return number(1, 4) + number(2, 1) + _entry("location", location) + number(14, 1)


def test_a_real_file_gives_its_facts() -> None:
    data = onnx(initializers=[tensor([2, 3]), tensor([4], data_type=10, raw=bytes(8))])
    assert _read(data) == OnnxFacts(tensors=2, parameters={"FLOAT": 6, "FLOAT16": 4})


def test_packed_dimensions_count_too() -> None:
    packed = chunk(1, varint(2) + varint(5)) + number(2, 1) + chunk(9, bytes(40))
    assert _read(onnx(initializers=[packed])).parameters == {"FLOAT": 10}


@pytest.mark.parametrize("domain", ["", "ai.onnx", "ai.onnx.ml", "com.microsoft"])
def test_known_domains_pass(domain: str) -> None:
    _read(onnx(nodes=[node(domain=domain)], domains=["", domain]))


@pytest.mark.parametrize(
    "domain", ["ai.onnx.contrib", "com.evil", "ai.onnx\0", "AI.ONNX", " ", "com.microsoft.nchwc"]
)
def test_other_domains_are_refused_wherever_they_stand(domain: str) -> None:
    inner = node(domain=domain)
    graph = chunk(1, inner) + chunk(2, "g")
    function = chunk(1, "f") + chunk(10, domain)
    for data in (
        onnx(domains=["", domain]),
        onnx(nodes=[inner]),
        onnx(nodes=[node("If", attributes=[chunk(1, "then_branch") + chunk(6, graph)])]),
        onnx(nodes=[node("If", attributes=[chunk(1, "branches") + chunk(11, graph)])]),
        onnx(more=chunk(25, function)),
        onnx(more=chunk(25, chunk(1, "f") + chunk(7, inner))),
        onnx(more=chunk(25, chunk(1, "f") + chunk(9, chunk(1, domain)))),
        onnx(more=chunk(20, chunk(2, graph))),
    ):
        assert _refusal(data).code == "custom_operator"


@pytest.mark.parametrize("operator", ["EPContext", "PythonOp", "ATen"])
def test_operators_that_run_code_or_read_files_are_refused(operator: str) -> None:
    problem = _refusal(onnx(nodes=[node(operator, domain="com.microsoft")]))
    assert problem.code == "custom_operator"
    assert operator in problem.message


@pytest.mark.parametrize(
    "location", ["weights.bin", "/etc/passwd", "../../labels.bin", "*/_ORT_MEM_ADDR_/*", ""]
)
def test_external_data_is_refused_wherever_it_stands(location: str) -> None:
    outside = _external(location)
    sparse = chunk(1, outside)
    for data in (
        onnx(initializers=[outside]),
        onnx(nodes=[node("Constant", attributes=[chunk(1, "value") + chunk(5, outside)])]),
        onnx(nodes=[node("X", attributes=[chunk(10, outside)])]),
        onnx(nodes=[node("X", attributes=[chunk(22, sparse)])]),
        onnx(nodes=[node("X", attributes=[chunk(23, sparse)])]),
        onnx(more=chunk(20, chunk(1, chunk(5, outside)))),
        onnx(more=chunk(25, chunk(11, chunk(5, outside)))),
    ):
        assert _refusal(data).code == "external_data"


def test_the_refusal_names_the_other_file_and_the_way_out() -> None:
    message = _refusal(onnx(initializers=[_external("weights.bin")])).message
    assert "“weights.bin”" in message
    assert "onnx.save" in message


def test_external_data_without_its_mark_or_entry_is_still_refused() -> None:
    for more in (_entry("location", "x"), number(14, 1), number(14, 2), number(14, 2**32 + 1)):
        assert _refusal(onnx(initializers=[tensor([1]) + more])).code == "external_data"
    assert _read(onnx(initializers=[tensor([1]) + number(14, 0)])).tensors == 1


def test_weights_in_attributes_are_counted() -> None:
    constant = node("Constant", attributes=[chunk(1, "value") + chunk(5, tensor([10]))])
    floats = node("Constant", attributes=[chunk(7, bytes(40))])
    single = node("Constant", attributes=[b"\x3d" + bytes(4) + b"\x3d" + bytes(4)])
    ints = node("Constant", attributes=[chunk(8, bytes(3)) + number(8, 5)])
    data = onnx(nodes=[constant, floats, single, ints], initializers=[])
    assert _read(data).parameters == {"FLOAT": 22, "INT64": 4}


def test_weights_as_text_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_file, "MAX_TEXT_BYTES", 100)
    for attribute in (chunk(4, bytes(51)), chunk(9, bytes(51)), chunk(5, chunk(6, bytes(51)))):
        assert _read(onnx(nodes=[node(attributes=[attribute])])).tensors >= 1
        two = onnx(nodes=[node(attributes=[attribute])] * 2)
        assert "text values" in _refusal(two).message


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no graph"),
        (number(1, 8), "no graph"),
        (chunk(7, b""), "no graph or no IR version"),
        (b"not an onnx file", ""),
        (onnx()[:-1], "longer than the whole"),
        (onnx() + onnx(), "twice"),
        (onnx(initializers=[tensor([3], raw=bytes(8))]), "bytes than its shape"),
        (onnx(initializers=[tensor([1]) + chunk(9, bytes(400))]), "twice"),
        (onnx(initializers=[tensor([1]) + number(2, 7)]), "twice"),
        (onnx(initializers=[number(1, 2**40) + number(2, 1)]), "larger than the file"),
        (onnx(initializers=[number(1, 2**64 - 1) + number(2, 1)]), "larger than the file"),
        (onnx(initializers=[number(1, 0) + number(1, 2**63) + number(2, 1)]), "larger than"),
        (onnx(initializers=[number(1, 1) * 17]), "more than 16 dimensions"),
        (onnx(initializers=[chunk(1, b"\x01" * 17)]), "overlong list"),
        (onnx(nodes=[node("x" * 2000)]), "overlong name"),
        (onnx(nodes=[node(attributes=[chunk(5, tensor([2])) * 2])]), "twice"),
    ],
)
def test_dishonest_files_are_refused(data: bytes, reason: str) -> None:
    problem = _refusal(data)
    assert problem.code == "bad_onnx"
    assert reason in problem.message


def test_a_file_that_is_also_in_the_ort_format_is_refused() -> None:
    both = chunk(2, b"xxORTM") + onnx()
    assert both[4:8] == b"ORTM"
    assert "ORT format" in _refusal(both).message


def test_nested_graphs_are_bounded() -> None:
    graph = chunk(2, "g")
    for _ in range(2000):
        graph = chunk(1, chunk(5, chunk(6, graph)))
    assert "nested" in _refusal(number(1, 8) + chunk(7, graph)).message


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_file, "MAX_FIELDS", 1000)
    data = number(1, 8) + chunk(7, chunk(1, b"") * 1001)
    assert "too many parts" in _refusal(data).message


def test_files_that_protobuf_cannot_hold_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    with path.open("wb") as file:
        file.truncate(1 << 31)
    with path.open("rb") as file, pytest.raises(SubmissionRefused, match="2147483648 bytes"):
        read_onnx(file, path="model.onnx")


def test_a_large_file_is_checked_with_flat_memory(tmp_path: Path) -> None:
    size = 4 * 100_000_000
    weights = number(1, size // 4) + number(2, 1) + varint(9 << 3 | 2) + varint(size)
    graph = varint(5 << 3 | 2) + varint(len(weights) + size) + weights
    model = number(1, 8) + varint(7 << 3 | 2) + varint(len(graph) + size) + graph
    path = tmp_path / "model.onnx"
    with path.open("wb") as file:
        file.write(model)
        file.truncate(len(model) + size)
    tracemalloc.start()
    try:
        with path.open("rb") as file:
            facts = read_onnx(file, path="model.onnx")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert facts.parameters == {"FLOAT": 100_000_000}
    assert peak < 1_000_000


SAMPLE = onnx(nodes=[node("If", attributes=[chunk(6, chunk(1, node()))])])


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for content in (data, number(1, 8) + chunk(7, data), onnx(initializers=[data], nodes=[data])):
        try:
            _read(content)
        except SubmissionRefused:
            continue


@given(st.integers(0, len(SAMPLE) - 1), st.binary(min_size=1, max_size=4))
def test_a_damaged_file_is_read_or_refused(place: int, patch: bytes) -> None:
    with contextlib.suppress(SubmissionRefused):
        _read(SAMPLE[:place] + patch + SAMPLE[place + len(patch) :])
