from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.runner.errors import Code, RunnerError
from sandbox.runner.formats.onnx_graph import inspect_graph

from . import onnx_writer as onnx

VECTORS = np.ones((10, 4), dtype=np.float32)


def _with_tensor(content: bytes) -> bytes:
    return onnx.model(onnx.graph(nodes=[], tensors=[content]))


def test_outputs_parameters_type_and_bytes(tmp_path: Path) -> None:
    path = onnx.write(tmp_path / "model.onnx", onnx.first_token(VECTORS, "logits"))
    facts = inspect_graph(path)
    assert facts.outputs == ("logits",)
    assert facts.parameters == 41
    assert facts.dtype == "float32"
    assert facts.files == (path,)
    assert facts.bytes == path.stat().st_size


def test_the_type_is_that_of_most_elements(tmp_path: Path) -> None:
    content = onnx.model(
        onnx.graph(
            nodes=[],
            tensors=[
                onnx.tensor("small", np.ones(3, dtype=np.float32)),
                onnx.tensor("large", np.ones(5, dtype=np.float16)),
            ],
        )
    )
    assert inspect_graph(onnx.write(tmp_path / "model.onnx", content)).dtype == "float16"


def test_packed_dimensions_are_read(tmp_path: Path) -> None:
    packed = onnx.message((1, onnx.varint(300) + onnx.varint(2)), (2, onnx.FLOAT), (8, "a"))
    path = onnx.write(tmp_path / "model.onnx", _with_tensor(packed))
    assert inspect_graph(path).parameters == 600


def test_numbers_of_trees_and_linear_models_are_counted(tmp_path: Path) -> None:
    """They are lists of floats in a node's attributes, packed or one by one."""
    numbers = np.arange(5, dtype=np.float32).tobytes()
    packed = onnx.message((1, "nodes_values"), (7, numbers), (20, 6))
    single = onnx.message((1, "coefficients"), (20, 6)) + bytes([7 << 3 | 5]) + numbers[:4]
    node = onnx.node("TreeEnsembleRegressor", ["x"], ["y"], packed, single, domain="ai.onnx.ml")
    content = onnx.model(onnx.graph(nodes=[node]))
    facts = inspect_graph(onnx.write(tmp_path / "model.onnx", content))
    assert (facts.parameters, facts.dtype) == (6, "float32")


def test_weights_in_a_file_beside_it_are_counted(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"\0" * 48)
    content = _with_tensor(onnx.external_tensor("a", [3, 4], "weights.bin"))
    facts = inspect_graph(onnx.write(tmp_path / "model.onnx", content))
    assert facts.parameters == 12
    assert facts.files == (tmp_path / "model.onnx", tmp_path / "weights.bin")


@pytest.mark.parametrize(
    "location", ["../secret", "/etc/hostname", "..", "", "sub/../../secret", "a\\b"]
)
def test_weights_outside_the_folder_are_refused(tmp_path: Path, location: str) -> None:
    (tmp_path / "secret").write_bytes(b"\0" * 48)
    folder = tmp_path / "model"
    (folder / "sub").mkdir(parents=True)
    content = _with_tensor(onnx.external_tensor("a", [3, 4], location))
    with pytest.raises(RunnerError) as caught:
        inspect_graph(onnx.write(folder / "model.onnx", content))
    assert caught.value.code == Code.BAD_MODEL


def test_weights_behind_a_link_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"\0" * 48)
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "weights.bin").symlink_to(tmp_path / "secret")
    content = _with_tensor(onnx.external_tensor("a", [3, 4], "weights.bin"))
    with pytest.raises(RunnerError, match=r"weights\.bin"):
        inspect_graph(onnx.write(folder / "model.onnx", content))


def _hidden_places() -> dict[str, bytes]:
    """The same outside tensor, wherever a model can hold one."""
    outside = onnx.external_tensor("a", [1], "../secret")
    sparse = onnx.message((1, outside))
    constant = onnx.node("Constant", [], ["a"], onnx.tensor_attribute("value", outside))
    several = onnx.node("Odd", [], ["a"], onnx.message((1, "values"), (10, outside)))
    sparse_constant = onnx.node("Constant", [], ["a"], onnx.message((1, "v"), (22, sparse)))
    inner = onnx.graph(nodes=[constant])
    branch = onnx.node("If", ["c"], ["a"], onnx.graph_attribute("then_branch", inner))
    branches = onnx.node("Odd", ["c"], ["a"], onnx.message((1, "all"), (11, inner)))
    function = onnx.message((1, "f"), (7, constant))
    return {
        "constant": onnx.model(onnx.graph(nodes=[constant])),
        "tensors": onnx.model(onnx.graph(nodes=[several])),
        "sparse constant": onnx.model(onnx.graph(nodes=[sparse_constant])),
        "sparse initializer": onnx.model(onnx.message((15, sparse))),
        "branch": onnx.model(onnx.graph(nodes=[branch])),
        "branches": onnx.model(onnx.graph(nodes=[branches])),
        "function": onnx.model(onnx.graph(nodes=[]), function),
    }


@pytest.mark.parametrize("place", sorted(_hidden_places()))
def test_no_place_hides_weights_outside(tmp_path: Path, place: str) -> None:
    path = onnx.write(tmp_path / "model.onnx", _hidden_places()[place])
    with pytest.raises(RunnerError, match="outside its folder"):
        inspect_graph(path)


def test_graphs_nested_without_end_are_refused(tmp_path: Path) -> None:
    content = onnx.graph(nodes=[])
    for _ in range(60):
        content = onnx.graph(nodes=[onnx.node("If", [], [], onnx.graph_attribute("b", content))])
    with pytest.raises(RunnerError, match="not an ONNX model"):
        inspect_graph(onnx.write(tmp_path / "model.onnx", onnx.model(content)))


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_graph_or_bad_model(tmp_path: Path, content: bytes) -> None:
    try:
        inspect_graph(onnx.write(tmp_path / "model.onnx", content))
    except RunnerError as error:
        assert error.code == Code.BAD_MODEL


@given(st.integers(0, 400), st.integers(0, 255))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_byte_is_no_crash(tmp_path: Path, place: int, byte: int) -> None:
    content = bytearray(onnx.first_token(VECTORS, "logits"))
    content[place % len(content)] = byte
    try:
        inspect_graph(onnx.write(tmp_path / "model.onnx", bytes(content)))
    except RunnerError as error:
        assert error.code == Code.BAD_MODEL
