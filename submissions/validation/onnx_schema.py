"""The parts of onnx.proto that the gate walks: where graphs, tensors and names can lie.

Source: onnx/onnx.proto. A message type maps field numbers to the type of
the message inside; fields that are not listed are skipped unread.
"""

from __future__ import annotations

from enum import Enum, auto


class Message(Enum):
    """Message types of ONNX in which tensors, operators or domains can occur."""

    MODEL = auto()
    GRAPH = auto()
    NODE = auto()
    ATTRIBUTE = auto()
    TENSOR = auto()
    SPARSE_TENSOR = auto()
    OPERATOR_SET = auto()
    TRAINING = auto()
    FUNCTION = auto()


CHILDREN: dict[Message, dict[int, Message]] = {
    Message.MODEL: {
        7: Message.GRAPH,
        8: Message.OPERATOR_SET,
        20: Message.TRAINING,
        25: Message.FUNCTION,
    },
    Message.GRAPH: {1: Message.NODE, 5: Message.TENSOR, 15: Message.SPARSE_TENSOR},
    Message.NODE: {5: Message.ATTRIBUTE},
    Message.ATTRIBUTE: {
        5: Message.TENSOR,
        6: Message.GRAPH,
        10: Message.TENSOR,
        11: Message.GRAPH,
        22: Message.SPARSE_TENSOR,
        23: Message.SPARSE_TENSOR,
    },
    Message.TENSOR: {},
    Message.SPARSE_TENSOR: {1: Message.TENSOR, 2: Message.TENSOR},
    Message.OPERATOR_SET: {},
    Message.TRAINING: {1: Message.GRAPH, 2: Message.GRAPH},
    Message.FUNCTION: {7: Message.NODE, 9: Message.OPERATOR_SET, 11: Message.ATTRIBUTE},
}

# Messages and values that may stand once; protobuf would merge a second one into the first.
SINGULAR = {
    Message.MODEL: frozenset({1, 7}),
    Message.ATTRIBUTE: frozenset({4, 5, 6, 22}),
    Message.NODE: frozenset({4, 7}),
    Message.TENSOR: frozenset({2, 9, 14}),
    Message.SPARSE_TENSOR: frozenset({1, 2}),
    Message.OPERATOR_SET: frozenset({1}),
    Message.TRAINING: frozenset({1, 2}),
    Message.FUNCTION: frozenset({10}),
}
MODEL_IR_VERSION = 1
MODEL_GRAPH = 7
NODE_OP_TYPE = 4
# Field of the domain's name, by the message that carries one.
DOMAINS = {Message.NODE: 7, Message.OPERATOR_SET: 1, Message.FUNCTION: 10}
ATTRIBUTE_FLOATS, ATTRIBUTE_INTS = 7, 8
TENSOR_DIMS, TENSOR_DATA_TYPE, TENSOR_RAW_DATA = 1, 2, 9
# Fields that hold texts which a graph can read.
TEXTS = {Message.ATTRIBUTE: frozenset({4, 9}), Message.TENSOR: frozenset({6})}
TENSOR_EXTERNAL_DATA, TENSOR_DATA_LOCATION = 13, 14
ENTRY_KEY, ENTRY_VALUE = 1, 2

# TensorProto.DataType: name and bits of one element; None where it has no fixed size.
DATA_TYPES: dict[int, tuple[str, int | None]] = {
    1: ("FLOAT", 32),
    2: ("UINT8", 8),
    3: ("INT8", 8),
    4: ("UINT16", 16),
    5: ("INT16", 16),
    6: ("INT32", 32),
    7: ("INT64", 64),
    8: ("STRING", None),
    9: ("BOOL", 8),
    10: ("FLOAT16", 16),
    11: ("DOUBLE", 64),
    12: ("UINT32", 32),
    13: ("UINT64", 64),
    14: ("COMPLEX64", 64),
    15: ("COMPLEX128", 128),
    16: ("BFLOAT16", 16),
    17: ("FLOAT8E4M3FN", 8),
    18: ("FLOAT8E4M3FNUZ", 8),
    19: ("FLOAT8E5M2", 8),
    20: ("FLOAT8E5M2FNUZ", 8),
    21: ("UINT4", 4),
    22: ("INT4", 4),
    23: ("FLOAT4E2M1", 4),
    24: ("FLOAT8E8M0", 8),
    25: ("UINT2", 2),
    26: ("INT2", 2),
    27: ("FLOAT6E2M3", None),
    28: ("FLOAT6E3M2", None),
}
