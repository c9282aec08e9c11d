"""Looks into an ONNX file before it is loaded: where its weights lie, and how many there are.

onnxruntime doesn't tell, and the package that does isn't needed for running models. This reads the
protocol-buffer wire format of https://onnx.ai/onnx/repo-docs/IR.html, following only the fields
named below, without copying tensors.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from mmap import ACCESS_READ, mmap
from pathlib import Path

from ..errors import Code, RunnerError

# Field numbers of onnx.proto.
_MODEL_GRAPH, _MODEL_FUNCTIONS = 7, 25
_GRAPH_NODE, _GRAPH_INITIALIZER, _GRAPH_OUTPUT, _GRAPH_SPARSE = 1, 5, 12, 15
_VALUE_NAME = 1
_FUNCTION_NODE = 7
_NODE_ATTRIBUTE = 5
_ATTRIBUTE_FLOATS = 7
_ATTRIBUTE_TENSORS, _ATTRIBUTE_GRAPHS, _ATTRIBUTE_SPARSE = (5, 10), (6, 11), (22, 23)
_SPARSE_VALUES, _SPARSE_INDICES = 1, 2
_TENSOR_DIMS, _TENSOR_TYPE, _TENSOR_EXTERNAL, _TENSOR_LOCATION = 1, 2, 13, 14
_EXTERNAL = 1
_FLOAT, _FLOAT_BYTES = 1, 4
_TYPES = {_FLOAT: "float32", 3: "int8", 2: "uint8", 10: "float16", 11: "float64", 16: "bfloat16"}
_MAX_DEPTH = 50

Span = tuple[int, int]
Field = tuple[int, int | Span]


@dataclass(frozen=True, slots=True)
class GraphFacts:
    """``files`` are the model's own file and those of external weights, all inside its folder.

    ``parameters`` counts the elements of all tensors, constants in nodes among them, and the lists
    of floats that trees and linear models of scikit-learn have instead.
    """

    outputs: tuple[str, ...]
    parameters: int
    dtype: str
    files: tuple[Path, ...]

    @property
    def bytes(self) -> int:
        return sum(path.stat().st_size for path in self.files)


@dataclass(frozen=True, slots=True)
class _Tensor:
    elements: int
    type: int
    location: str | None


class _Wire:
    """A message's fields: varints as ints, embedded messages, bytes and fixed numbers as spans of
    the file."""

    def __init__(self, data: mmap) -> None:
        self._data = data

    def varint(self, at: int, end: int) -> tuple[int, int]:
        value = shift = 0
        while at < end and shift < 70:
            byte = self._data[at]
            value |= (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if byte < 0x80:
                return value, at
        raise ValueError("a varint has no end")

    def fields(self, span: Span) -> Iterator[Field]:
        at, end = span
        while at < end:
            key, at = self.varint(at, end)
            number, wire_type = key >> 3, key & 7
            if wire_type == 0:
                value, at = self.varint(at, end)
                yield number, value
                continue
            size, at = self.varint(at, end) if wire_type == 2 else (_fixed(wire_type), at)
            if size > end - at:
                raise ValueError("a field is longer than its message")
            yield number, (at, at + size)
            at += size

    def messages(self, span: Span, *numbers: int) -> Iterator[Span]:
        for number, value in self.fields(span):
            if number in numbers and isinstance(value, tuple):
                yield value

    def text(self, span: Span) -> str:
        return self._data[span[0] : span[1]].decode("utf-8")


def _fixed(wire_type: int) -> int:
    sizes = {1: 8, 5: 4}
    if wire_type not in sizes:
        raise ValueError("an unknown wire type")
    return sizes[wire_type]


class _Walk:
    """Every tensor of a model, in graphs, functions and the attributes of their nodes."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire

    def model(self, span: Span) -> Iterator[_Tensor]:
        for graph in self._wire.messages(span, _MODEL_GRAPH):
            yield from self._graph(graph, 0)
        for function in self._wire.messages(span, _MODEL_FUNCTIONS):
            yield from self._nodes(function, _FUNCTION_NODE, 0)

    def outputs(self, span: Span) -> Iterator[str]:
        for graph in self._wire.messages(span, _MODEL_GRAPH):
            for output in self._wire.messages(graph, _GRAPH_OUTPUT):
                yield from map(self._wire.text, self._wire.messages(output, _VALUE_NAME))

    def _graph(self, span: Span, depth: int) -> Iterator[_Tensor]:
        if depth > _MAX_DEPTH:
            raise ValueError("graphs are nested too deep")
        for tensor in self._wire.messages(span, _GRAPH_INITIALIZER):
            yield self._tensor(tensor)
        yield from self._sparse(span, _GRAPH_SPARSE)
        yield from self._nodes(span, _GRAPH_NODE, depth)

    def _nodes(self, span: Span, field: int, depth: int) -> Iterator[_Tensor]:
        for node in self._wire.messages(span, field):
            for attribute in self._wire.messages(node, _NODE_ATTRIBUTE):
                for tensor in self._wire.messages(attribute, *_ATTRIBUTE_TENSORS):
                    yield self._tensor(tensor)
                for start, end in self._wire.messages(attribute, _ATTRIBUTE_FLOATS):
                    yield _Tensor((end - start) // _FLOAT_BYTES, _FLOAT, None)
                yield from self._sparse(attribute, *_ATTRIBUTE_SPARSE)
                for graph in self._wire.messages(attribute, *_ATTRIBUTE_GRAPHS):
                    yield from self._graph(graph, depth + 1)

    def _sparse(self, span: Span, *fields: int) -> Iterator[_Tensor]:
        for sparse in self._wire.messages(span, *fields):
            for tensor in self._wire.messages(sparse, _SPARSE_VALUES, _SPARSE_INDICES):
                yield self._tensor(tensor)

    def _tensor(self, span: Span) -> _Tensor:
        dims: list[int] = []
        kind = 0
        external = False
        location: str | None = None
        for number, value in self._wire.fields(span):
            if number == _TENSOR_DIMS:
                dims.extend(self._dims(value))
            elif number == _TENSOR_TYPE and isinstance(value, int):
                kind = value
            elif number == _TENSOR_LOCATION:
                external = value == _EXTERNAL
            elif number == _TENSOR_EXTERNAL and isinstance(value, tuple):
                location = self._entry(value).get("location", location)
        if external and location is None:
            raise ValueError("external data without a location")
        return _Tensor(prod(dims), kind, location)

    def _dims(self, value: int | Span) -> Iterator[int]:
        """One dimension, or several in packed form."""
        if isinstance(value, int):
            yield value
            return
        at, end = value
        while at < end:
            size, at = self._wire.varint(at, end)
            yield size

    def _entry(self, span: Span) -> dict[str, str]:
        pair = dict(self._wire.fields(span))
        key, value = pair.get(1), pair.get(2, (0, 0))
        if not isinstance(key, tuple) or not isinstance(value, tuple):
            raise ValueError("an entry of external data is not text")
        return {self._wire.text(key): self._wire.text(value)}


def inspect_graph(path: Path) -> GraphFacts:
    """Facts of a model file. Raises ``bad_model``, also for weights outside the model's folder."""
    try:
        with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            walk = _Walk(_Wire(data))
            tensors = list(walk.model((0, len(data))))
            outputs = tuple(walk.outputs((0, len(data))))
    except (OSError, ValueError) as error:
        raise RunnerError(Code.BAD_MODEL, f"{path.name} is not an ONNX model.") from error
    locations = {tensor.location for tensor in tensors if tensor.location is not None}
    files = [path, *(_inside(path.parent, location) for location in sorted(locations))]
    return GraphFacts(
        outputs=outputs,
        parameters=sum(tensor.elements for tensor in tensors),
        dtype=_dtype(tensors),
        files=tuple(files),
    )


def _dtype(tensors: list[_Tensor]) -> str:
    """The type of most of the elements."""
    counts: dict[int, int] = {}
    for tensor in tensors:
        counts[tensor.type] = counts.get(tensor.type, 0) + tensor.elements
    largest = max(counts, key=lambda kind: counts[kind], default=1)
    return _TYPES.get(largest, "other")


def _inside(folder: Path, location: str) -> Path:
    """The file of external weights: a plain one inside ``folder``, reached by no link."""
    path = folder / location
    parts = Path(location).parts
    if not parts or Path(location).is_absolute() or ".." in parts or "\\" in location:
        raise RunnerError(Code.BAD_MODEL, "The ONNX model has weights outside its folder.")
    if not path.is_file() or path.resolve() != folder.resolve() / location:
        raise RunnerError(Code.BAD_MODEL, f"The ONNX model's weights {location} are absent.")
    return path
