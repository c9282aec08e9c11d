"""Writes small ONNX files byte by byte, good and bad ones, without the package onnx."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FLOAT, UINT8, INT32, INT64, FLOAT16, BFLOAT16 = 1, 2, 6, 7, 10, 16
_TYPES = {"float32": FLOAT, "int32": INT32, "int64": INT64, "float16": FLOAT16}
EXTERNAL = 1


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def message(*fields: tuple[int, int | str | bytes]) -> bytes:
    """A protocol-buffer message: ints as varints, texts and messages by length."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            raw = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(raw)) + raw
    return out


def tensor(name: str, values: NDArray[np.generic]) -> bytes:
    dims = [(1, size) for size in values.shape]
    return message(*dims, (2, _TYPES[values.dtype.name]), (8, name), (9, values.tobytes()))


def external_tensor(name: str, shape: Sequence[int], location: str) -> bytes:
    """A float tensor whose bytes lie in another file."""
    entry = message((1, "location"), (2, location))
    dims = [(1, size) for size in shape]
    return message(*dims, (2, FLOAT), (8, name), (13, entry), (14, EXTERNAL))


def value(name: str, kind: int, dims: Sequence[int | str]) -> bytes:
    """An input or output; a dimension is a size or a name."""
    shape = message(
        *[(1, message((1, size) if isinstance(size, int) else (2, size))) for size in dims]
    )
    return message((1, name), (2, message((1, message((1, kind), (2, shape))))))


def attribute(name: str, number: int) -> bytes:
    return message((1, name), (3, number), (20, 2))


def ints_attribute(name: str, *numbers: int) -> bytes:
    return message((1, name), *[(8, number) for number in numbers], (20, 7))


def tensor_attribute(name: str, content: bytes) -> bytes:
    return message((1, name), (5, content), (20, 4))


def graph_attribute(name: str, content: bytes) -> bytes:
    return message((1, name), (6, content), (20, 5))


def node(
    operator: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    *attributes: bytes,
    domain: str = "",
) -> bytes:
    return message(
        *[(1, name) for name in inputs],
        *[(2, name) for name in outputs],
        (4, operator),
        *[(5, one) for one in attributes],
        *([(7, domain)] if domain else []),
    )


def graph(
    *,
    nodes: Sequence[bytes],
    tensors: Sequence[bytes] = (),
    inputs: Sequence[bytes] = (),
    outputs: Sequence[bytes] = (),
) -> bytes:
    return message(
        *[(1, one) for one in nodes],
        (2, "graph"),
        *[(5, one) for one in tensors],
        *[(11, one) for one in inputs],
        *[(12, one) for one in outputs],
    )


def model(content: bytes, *functions: bytes) -> bytes:
    return message(
        (1, 8), (7, content), (8, message((1, ""), (2, 17))), *[(25, one) for one in functions]
    )


IDS = value("input_ids", INT64, ["texts", "tokens"])
MASK = value("attention_mask", INT64, ["texts", "tokens"])


def token_vectors(vectors: NDArray[np.float32], output: str = "last_hidden_state") -> bytes:
    """input_ids → a vector for each token. The mask is an input without a use."""
    return model(
        graph(
            nodes=[node("Gather", ["vectors", "input_ids"], [output])],
            tensors=[tensor("vectors", vectors)],
            inputs=[IDS, MASK],
            outputs=[value(output, FLOAT, ["texts", "tokens", vectors.shape[1]])],
        )
    )


def first_token(vectors: NDArray[np.float32], output: str) -> bytes:
    """input_ids → the vector of the first token: as logits, or as a pooled embedding."""
    return model(
        graph(
            nodes=[
                node("Gather", ["vectors", "input_ids"], ["found"]),
                node("Gather", ["found", "zero"], [output], attribute("axis", 1)),
            ],
            tensors=[tensor("vectors", vectors), tensor("zero", np.array(0, dtype=np.int64))],
            inputs=[IDS],
            outputs=[value(output, FLOAT, ["texts", "width"])],
        )
    )


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


PIXELS = value("pixel_values", FLOAT, ["images", 3, "height", "width"])


def channel_means(*, pixels: str = "pixel_values", logits: str = "logits") -> bytes:
    """(images, 3, height, width) → the mean of each channel."""
    return model(
        graph(
            nodes=[
                node("GlobalAveragePool", [pixels], ["pooled"]),
                node("Flatten", ["pooled"], [logits]),
            ],
            inputs=[value(pixels, FLOAT, ["images", 3, "height", "width"])],
            outputs=[value(logits, FLOAT, ["images", 3])],
        )
    )


def channels_last_means(kind: int = FLOAT) -> bytes:
    """(images, height, width, 3) of any number type → the mean of each channel."""
    return model(
        graph(
            nodes=[
                node("Cast", ["image"], ["numbers"], attribute("to", FLOAT)),
                node(
                    "ReduceMean",
                    ["numbers"],
                    ["logits"],
                    ints_attribute("axes", 1, 2),
                    attribute("keepdims", 0),
                ),
            ],
            inputs=[value("image", kind, ["images", "height", "width", 3])],
            outputs=[value("logits", FLOAT, ["images", 3])],
        )
    )


def maps(output: str = "logits") -> bytes:
    """The pixels as they are, one map a channel."""
    return model(
        graph(
            nodes=[node("Identity", ["pixel_values"], [output])],
            inputs=[PIXELS],
            outputs=[value(output, FLOAT, ["images", 3, "height", "width"])],
        )
    )


def maps_last() -> bytes:
    """The pixels as they are, (images, height, width, 3)."""
    shape = ["images", "height", "width", 3]
    return model(
        graph(
            nodes=[node("Identity", ["pixel_values"], ["logits"])],
            inputs=[value("pixel_values", FLOAT, shape)],
            outputs=[value("logits", FLOAT, shape)],
        )
    )


def constants(source: bytes, name: str, **outputs: NDArray[np.float32]) -> bytes:
    """The same values for every image: each output (images, …) whatever the pixels are."""
    nodes = [
        node("GlobalAveragePool", [name], ["pooled"]),
        node("Flatten", ["pooled"], ["flat"]),
        node("MatMul", ["flat", "nothing"], ["column"]),
    ]
    tensors = [tensor("nothing", np.zeros((3, 1), dtype=np.float32))]
    declared = []
    for output, values in outputs.items():
        shape = np.array([0, *values.shape], dtype=np.int64)
        tensors += [
            tensor(f"{output}_values", values.reshape(1, -1)),
            tensor(f"{output}_shape", shape),
        ]
        nodes += [
            node("Add", ["column", f"{output}_values"], [f"{output}_flat"]),
            node("Reshape", [f"{output}_flat", f"{output}_shape"], [output]),
        ]
        declared.append(value(output, FLOAT, ["images", *values.shape]))
    return model(graph(nodes=nodes, tensors=tensors, inputs=[source], outputs=declared))


def linear(
    weights: NDArray[np.float32], name: str, kind: int = FLOAT, output: str = "logits"
) -> bytes:
    """(rows, numbers) → their sums by ``weights`` (numbers, outputs)."""
    return model(
        graph(
            nodes=[
                node("Cast", [name], ["numbers"], attribute("to", FLOAT)),
                node("MatMul", ["numbers", "weights"], [output]),
            ],
            tensors=[tensor("weights", weights)],
            inputs=[value(name, kind, ["rows", len(weights)])],
            outputs=[value(output, FLOAT, ["rows", weights.shape[1]])],
        )
    )


def looked_up(source: bytes = IDS, **tables: NDArray[np.float32]) -> bytes:
    """input_ids → for each token its row of each table, under the table's name."""
    nodes = [node("Gather", [f"{name}_table", "input_ids"], [name]) for name in tables]
    tensors = [tensor(f"{name}_table", values) for name, values in tables.items()]
    outputs = [
        value(name, FLOAT, ["texts", "tokens", *values.shape[1:]])
        for name, values in tables.items()
    ]
    return model(graph(nodes=nodes, tensors=tensors, inputs=[source], outputs=outputs))


def products(vectors: NDArray[np.float32], output: str) -> bytes:
    """input_ids → (texts, tokens, tokens): the products of the tokens' vectors."""
    return model(
        graph(
            nodes=[
                node("Gather", ["vectors", "input_ids"], ["found"]),
                node("Transpose", ["found"], ["turned"], ints_attribute("perm", 0, 2, 1)),
                node("MatMul", ["found", "turned"], [output]),
            ],
            tensors=[tensor("vectors", vectors)],
            inputs=[IDS],
            outputs=[value(output, FLOAT, ["texts", "tokens", "tokens"])],
        )
    )
