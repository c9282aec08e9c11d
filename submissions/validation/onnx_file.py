"""An ONNX file, checked without the onnx package and without reading its weights.

A graph is data, not code, as long as it names only operators that the runtime brings along and
keeps its tensors in the file itself. Everything else is refused here, before a runtime sees it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from submissions.validation import onnx_schema as schema
from submissions.validation.errors import SubmissionRefused
from submissions.validation.onnx_schema import Message
from submissions.validation.protobuf import BYTES, FIXED32, VARINT, Field, Wire, WireError
from submissions.validation.text import shown

# Protobuf cannot hold a message of 2 GiB.
MAX_BYTES = (1 << 31) - 1
MAX_FIELDS = 500_000
MAX_DEPTH = 40
MAX_TEXT_BYTES = 4 << 20
_MAX_NAME_BYTES = 1024
_MAX_RANK = 16
DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})
# Contrib operators that read other files, or call Python or another runtime.
_FORBIDDEN_OPERATORS = frozenset({"EPContext", "PythonOp", "PythonOpGrad", "ATen", "ATenGrad"})
_INT32 = (1 << 32) - 1
# Runtimes take bytes with this mark for another format, which is not checked here.
_ORT_MARK = slice(4, 8), b"ORTM"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxFacts:
    """Tensors in the file and their elements by type, attributes' number lists included."""

    tensors: int
    parameters: Mapping[str, int]


def read_onnx(file: BinaryIO, *, path: str) -> OnnxFacts:
    """Check a seekable ONNX file with flat memory.

    Raises:
        SubmissionRefused: ``bad_onnx``, ``external_data`` or ``custom_operator``.
    """
    wire = Wire(file, max_fields=MAX_FIELDS)
    if wire.size > MAX_BYTES:
        raise _bad(path, f"it has {wire.size} bytes, and an ONNX file ends at {MAX_BYTES}")
    file.seek(0)
    place, mark = _ORT_MARK
    if file.read(place.stop)[place] == mark:
        raise _bad(path, "it is in the ORT format")
    inspector = _Inspector(wire, path)
    try:
        inspector.walk(Message.MODEL, 0, wire.size, 0)
    except WireError as error:
        raise _bad(path, str(error)) from None
    if not inspector.model_fields >= {schema.MODEL_IR_VERSION, schema.MODEL_GRAPH}:
        raise _bad(path, "it has no graph or no IR version")
    return OnnxFacts(tensors=inspector.tensors, parameters=inspector.parameters)


class _Inspector:
    """Walks the messages of one file, counts elements and refuses what may not be there."""

    def __init__(self, wire: Wire, path: str) -> None:
        self._wire = wire
        self._path = path
        self._text_bytes = 0
        self.tensors = 0
        self.parameters: dict[str, int] = {}
        self.model_fields: frozenset[int] = frozenset()

    def walk(self, message: Message, start: int, end: int, depth: int) -> None:
        """Check a message and those inside it; ``depth`` bounds nested graphs."""
        if depth > MAX_DEPTH:
            raise WireError(f"its graphs are nested more than {MAX_DEPTH} levels deep")
        singular = schema.SINGULAR.get(message, frozenset())
        seen: set[int] = set()
        dims: list[int] = []
        for field in self._wire.fields(start, end):
            if field.number in singular and field.number in seen:
                raise WireError("it holds a part twice")
            seen.add(field.number)
            self._check(message, field)
            if message is Message.TENSOR and field.number == schema.TENSOR_DIMS:
                dims += self._dims(field, _MAX_RANK - len(dims))
            child = schema.CHILDREN[message].get(field.number)
            if child is not None and field.wire == BYTES:
                self.walk(child, field.start, field.end, depth + 1)
        if message is Message.TENSOR:
            self._count_tensor(dims, start, end)
        if message is Message.MODEL:
            self.model_fields = frozenset(seen)

    def _check(self, message: Message, field: Field) -> None:
        if field.wire == BYTES and field.number in schema.TEXTS.get(message, ()):
            self._count_text(field)
        if schema.DOMAINS.get(message) == field.number and field.wire == BYTES:
            self._check_domain(field)
        if message is Message.NODE and field.number == schema.NODE_OP_TYPE:
            self._check_operator(field)
        if message is Message.TENSOR:
            self._check_location(field)
        if message is Message.ATTRIBUTE:
            self._count_numbers(field)

    def _check_domain(self, field: Field) -> None:
        domain = self._name(field)
        if domain not in DOMAINS:
            raise SubmissionRefused(
                "custom_operator",
                f"{shown(self._path)}: operators of the domain “{shown(domain)}” are not known "
                "here. Export with standard operators (ai.onnx, ai.onnx.ml, com.microsoft); "
                "inline model-local functions with onnx.inliner.",
                field=shown(self._path),
            )

    def _check_operator(self, field: Field) -> None:
        if field.wire == BYTES and self._name(field) in _FORBIDDEN_OPERATORS:
            raise SubmissionRefused(
                "custom_operator",
                f"{shown(self._path)}: the operator {self._name(field)} runs code or reads files "
                "outside the model. Export with standard operators.",
                field=shown(self._path),
            )

    def _check_location(self, field: Field) -> None:
        external = field.number == schema.TENSOR_EXTERNAL_DATA or (
            field.number == schema.TENSOR_DATA_LOCATION
            and field.wire == VARINT
            and field.value & _INT32 != 0
        )
        if external:
            raise SubmissionRefused(
                "external_data",
                f"{shown(self._path)}: a tensor lies in another file"
                f"{self._location(field)}. Pack all weights into one file (torch.onnx.export takes "
                "external_data=False):\n"
                "  python -c \"import onnx; onnx.save(onnx.load('model.onnx'), 'single.onnx')\"",
                field=shown(self._path),
            )

    def _location(self, field: Field) -> str:
        """Return `` (“name”)`` where the entry of external data says the file's name."""
        if field.wire != BYTES:
            return ""
        parts = {
            part.number: self._name(part)
            for part in self._wire.fields(field.start, field.end)
            if part.wire == BYTES
        }
        if parts.get(schema.ENTRY_KEY) != "location":
            return ""
        return f" (“{shown(parts.get(schema.ENTRY_VALUE, ''))}”)"

    def _name(self, field: Field) -> str:
        return self._wire.content(field, limit=_MAX_NAME_BYTES).decode(errors="replace")

    def _dims(self, field: Field, most: int) -> list[int]:
        if field.wire not in (VARINT, BYTES) or most <= 0:
            raise WireError(f"a tensor has more than {_MAX_RANK} dimensions")
        return self._wire.varints(field, limit=most)

    def _count_text(self, field: Field) -> None:
        """Weights written as text would be counted nowhere, so texts are bounded."""
        self._text_bytes += field.end - field.start
        if self._text_bytes > MAX_TEXT_BYTES:
            raise WireError(f"it holds more than {MAX_TEXT_BYTES} bytes of text values")

    def _count_numbers(self, field: Field) -> None:
        if field.number == schema.ATTRIBUTE_FLOATS and field.wire in (BYTES, FIXED32):
            self._add("FLOAT", (field.end - field.start) // 4)
        if field.number == schema.ATTRIBUTE_INTS and field.wire in (BYTES, VARINT):
            self._add("INT64", 1 if field.wire == VARINT else field.end - field.start)

    def _count_tensor(self, dims: list[int], start: int, end: int) -> None:
        elements = math.prod(dims)
        if any(length >> 63 for length in dims) or elements > 8 * self._wire.size:
            raise WireError("a tensor's shape is larger than the file")
        name, bits = "UNDEFINED", None
        raw: int | None = None
        for field in self._wire.fields(start, end):
            if field.number == schema.TENSOR_DATA_TYPE and field.wire == VARINT:
                name, bits = schema.DATA_TYPES.get(field.value & _INT32, ("UNKNOWN", None))
            if field.number == schema.TENSOR_RAW_DATA and field.wire == BYTES:
                raw = field.end - field.start
        if raw is not None and bits is not None and raw != (elements * bits + 7) // 8:
            raise WireError("a tensor has another number of bytes than its shape needs")
        self.tensors += 1
        self._add(name, elements)

    def _add(self, dtype: str, elements: int) -> None:
        self.parameters[dtype] = self.parameters.get(dtype, 0) + elements


def _bad(path: str, reason: str) -> SubmissionRefused:
    return SubmissionRefused(
        "bad_onnx",
        f"{shown(path)} is not a usable ONNX file: {reason}. Export the model again.",
        field=shown(path),
    )
