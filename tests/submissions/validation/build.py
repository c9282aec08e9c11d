"""Writers of small real files, by hand: safetensors, ONNX, zip entries."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from submissions.validation.manifest import ManifestFile, UploadLimits
from submissions.validation.suffixes import allowed_suffixes

LIMITS = UploadLimits(
    max_bytes=50_000_000,
    max_files=100,
    max_file_bytes=20_000_000,
    allowed_suffixes=allowed_suffixes(["transformers", "onnx"]),
)


def announced(path: str, data: bytes = b"x") -> ManifestFile:
    return ManifestFile(path=path, size=len(data), sha256=hashlib.sha256(data).hexdigest())


def safetensors(header: object, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def weights(**shapes: tuple[int, ...]) -> bytes:
    """A real safetensors file of float32 zeros."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    place = 0
    for name, shape in shapes.items():
        size = 4
        for length in shape:
            size *= length
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [place, place + size]}
        place += size
    return safetensors(header, bytes(place))


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def chunk(field: int, content: bytes | str) -> bytes:
    data = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(data)) + data


def tensor(dims: Iterable[int], *, data_type: int = 1, raw: bytes | None = None) -> bytes:
    """A TensorProto of float32 zeros unless ``raw`` is given."""
    shape = list(dims)
    size = 4
    for length in shape:
        size *= length
    content = bytes(size) if raw is None else raw
    parts = [number(1, length) for length in shape]
    return b"".join(parts) + number(2, data_type) + chunk(8, "w") + chunk(9, content)


def node(op_type: str = "Identity", *, domain: str = "", attributes: Iterable[bytes] = ()) -> bytes:
    return (
        chunk(1, "x")
        + chunk(2, "y")
        + chunk(4, op_type)
        + (chunk(7, domain) if domain else b"")
        + b"".join(chunk(5, attribute) for attribute in attributes)
    )


def onnx(
    *,
    nodes: Iterable[bytes] = (node(),),
    initializers: Iterable[bytes] = (tensor([2, 3]),),
    domains: Iterable[str] = ("",),
    more: bytes = b"",
) -> bytes:
    graph = b"".join(chunk(1, each) for each in nodes) + chunk(2, "graph")
    graph += b"".join(chunk(5, each) for each in initializers)
    imports = b"".join(chunk(8, chunk(1, each) + number(2, 17)) for each in domains)
    return number(1, 8) + chunk(2, "test") + imports + chunk(7, graph) + more


def zipped(files: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return target.getvalue()


def transformers_folder(prefix: str = "") -> dict[str, bytes]:
    """A complete folder with one 2 × 3 tensor."""
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "_name_or_path": "/home/someone/bert",
    }
    return {
        f"{prefix}config.json": json.dumps(config).encode(),
        f"{prefix}model.safetensors": weights(w=(2, 3)),
        f"{prefix}tokenizer.json": b"{}",
        f"{prefix}tokenizer_config.json": b'{"tokenizer_class": "BertTokenizer"}',
    }


def onnx_folder(prefix: str = "") -> dict[str, bytes]:
    return {f"{prefix}model.onnx": onnx(), f"{prefix}tokenizer.json": b"{}"}
