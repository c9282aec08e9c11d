from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.runner.errors import Code, RunnerError
from sandbox.runner.weights import read_header, weight_facts


def write_weights(path: Path, shapes: dict[str, list[int]]) -> None:
    """A safetensors file with a header only: nothing here reads tensors."""
    header: dict[str, Any] = {
        name: {"dtype": "F32", "shape": shape, "data_offsets": [0, 0]}
        for name, shape in shapes.items()
    }
    raw = json.dumps(header | {"__metadata__": {"format": "pt"}}).encode()
    path.write_bytes(struct.pack("<Q", len(raw)) + raw)


def test_parameters_are_counted_from_the_header(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    write_weights(path, {"a": [3, 4], "b": [5], "scalar": []})
    facts = weight_facts(tmp_path)
    assert facts.parameters == 3 * 4 + 5 + 1
    assert facts.bytes == path.stat().st_size


def test_parameters_are_told_by_their_number_type(tmp_path: Path) -> None:
    tensors = {
        "a": {"dtype": "F32", "shape": [3]},
        "b": {"dtype": "BF16", "shape": [2, 2]},
        "c": {"dtype": "BF16", "shape": []},
        "d": {"dtype": "of tomorrow", "shape": [7]},
    }
    raw = json.dumps(tensors).encode()
    (tmp_path / "model.safetensors").write_bytes(struct.pack("<Q", len(raw)) + raw)
    facts = weight_facts(tmp_path)
    assert facts.by_dtype == {"float32": 3, "bfloat16": 5, "other": 7}
    assert facts.parameters == 15


def test_shards_are_added_up(tmp_path: Path) -> None:
    write_weights(tmp_path / "one.safetensors", {"a": [2, 2]})
    write_weights(tmp_path / "two.safetensors", {"b": [7]})
    index = {"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    assert weight_facts(tmp_path).parameters == 11


def test_a_folder_without_weights_is_model_missing(tmp_path: Path) -> None:
    with pytest.raises(RunnerError) as caught:
        weight_facts(tmp_path)
    assert caught.value.code == Code.MODEL_MISSING


@pytest.mark.parametrize(
    ("index", "code"),
    [
        ("{", Code.BAD_MODEL),
        ("{}", Code.BAD_MODEL),
        ("[" * 100_000, Code.BAD_MODEL),
        ('{"weight_map": []}', Code.BAD_MODEL),
        ('{"weight_map": {}}', Code.BAD_MODEL),
        ('{"weight_map": {"a": 1}}', Code.BAD_MODEL),
        ('{"weight_map": {"a": "../other.safetensors"}}', Code.BAD_MODEL),
        ('{"weight_map": {"a": "absent.safetensors"}}', Code.MODEL_MISSING),
    ],
)
def test_a_broken_index_is_refused(tmp_path: Path, index: str, code: Code) -> None:
    (tmp_path / "model.safetensors.index.json").write_text(index)
    with pytest.raises(RunnerError) as caught:
        weight_facts(tmp_path)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"abc",
        struct.pack("<Q", 2**40) + b"{}",
        struct.pack("<Q", 4) + b"nope",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 9) + b'{"a": {}}',
        struct.pack("<Q", 14) + b'{"a": "float"}',
        struct.pack("<Q", 33) + b'{"a": {"dtype": [], "shape": [1]}}'[:33],
    ],
)
def test_a_broken_header_is_bad_model(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(RunnerError) as caught:
        weight_facts(tmp_path)
    assert caught.value.code == Code.BAD_MODEL


@given(st.binary(max_size=200))
def test_any_bytes_are_a_header_or_a_runner_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("weights") / "model.safetensors"
    path.write_bytes(content)
    try:
        assert isinstance(read_header(path), dict)
    except RunnerError as error:
        assert error.code == Code.BAD_MODEL
