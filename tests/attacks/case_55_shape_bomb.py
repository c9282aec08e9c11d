"""Row 55: a small file that announces a tensor larger than any memory."""

from __future__ import annotations

import math
import tracemalloc
from pathlib import Path
from typing import Any

from submissions.sandboxes import MIB
from submissions.validation.suffixes import FORMATS
from tests.attacks.arena import Arena
from tests.attacks.gate import FOLDERS, refusal
from tests.attacks.hdf5 import careless_read, dataset
from tests.attacks.payloads import hostile_program
from tests.attacks.registry import case
from tests.submissions.validation.build import onnx, safetensors, tensor

SHAPE = (1 << 22, 1 << 22)
FLAT = 32 << 20
LIMITS = {"memory_bytes": 2048 * MIB, "pids": 256, "task_seconds": 60, "total_seconds": 90}


def _entry(shape: tuple[int, ...], end: int) -> dict[str, Any]:
    return {"w": {"dtype": "F32", "shape": shape, "data_offsets": [0, end]}}


BOMBS = {
    "safetensors: more elements than bytes": (
        "transformers",
        {"model.safetensors": safetensors(_entry(SHAPE, 8), bytes(8))},
    ),
    "safetensors: bytes that are not there": (
        "transformers",
        {"model.safetensors": safetensors(_entry(SHAPE, math.prod(SHAPE) * 4), bytes(8))},
    ),
    "safetensors: a product beyond 64 bits": (
        "transformers",
        {"model.safetensors": safetensors(_entry((1 << 40,) * 16, 0))},
    ),
    "onnx: more elements than bytes": (
        "onnx",
        {"model.onnx": onnx(initializers=[tensor(SHAPE, raw=bytes(8))])},
    ),
    "onnx: a negative dimension": (
        "onnx",
        {"model.onnx": onnx(initializers=[tensor([1 << 63, 2], raw=bytes(8))])},
    ),
}


IN_KERAS = {
    "tall": {"bad_model", "out_of_memory", "crashed"},
    "wide": {"bad_model", "out_of_memory", "crashed"},
}
"""Bombs inside model.keras, which is opened in the sandbox alone, and what may become of them."""


@case(55, "HDF5 and tensor shape bombs", parts=("tensorflow",))
def shape_bomb(arena: Arena) -> None:
    data = dataset(shape=SHAPE)
    assert refusal(arena, {"model.h5": data}, list(FORMATS)) in {"file_type", "foreign_weights"}
    for name, (submission_format, files) in BOMBS.items():
        tracemalloc.start()
        code = refusal(arena, {**FOLDERS[submission_format], **files}, [submission_format])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert code in {"bad_safetensors", "bad_onnx"}, (name, code)
        assert peak < FLAT, (name, peak)
    for name, codes in IN_KERAS.items():
        competition = arena.competition(allowed_formats=["tensorflow"])
        entered = arena.enter(hostile_program(name), competition=competition)
        after = arena.play(entered, limits=LIMITS)
        assert after.state == "failed", (name, after.state)
        assert after.submission.error_code in codes, (name, after.submission.error_code)
        assert after.predictions == {}


@shape_bomb.control
def who_believes_the_shape_asks_for_terabytes(arena: Arena) -> None:
    data = dataset(shape=SHAPE)
    assert len(data) < 500
    assert math.prod(careless_read(data, folder=Path()).shape) > 1 << 40
    for name in IN_KERAS:
        assert len(hostile_program(name)["model.keras"]) < FLAT
    honest = {"model.safetensors": safetensors(_entry((2,), 8), bytes(8))}
    assert refusal(arena, {**FOLDERS["transformers"], **honest}, ["transformers"]) == "accepted"
