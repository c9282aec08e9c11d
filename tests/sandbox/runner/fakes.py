"""A format without a library: the model is a JSON file, a text's tokens are its characters."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from sandbox.runner.config import TaskConfig
from sandbox.runner.errors import Code, RunnerError
from sandbox.runner.formats.base import (
    Array,
    Encoded,
    Features,
    Format,
    Model,
    Outputs,
    Purpose,
)
from sandbox.runner.items import Item, Texts


def _forever(_batch: Sequence[Features]) -> Array:
    for _ in count():
        pass
    raise AssertionError


def _out_of_memory(_batch: Sequence[Features]) -> Array:
    raise MemoryError


def _broken(_batch: Sequence[Features]) -> Array:
    raise IndexError("row 17 says: secret")


def _lengths(batch: Sequence[Features], width: int) -> Array:
    """Column j of a text is (its length) x (j + 1)."""
    lengths = np.array([[len(one["input_ids"])] for one in batch], dtype=np.float32)
    return np.asarray(lengths * np.arange(1, width + 1, dtype=np.float32))


BEHAVIOURS: dict[str, Callable[[Sequence[Features]], Array]] = {
    "forever": _forever,
    "out_of_memory": _out_of_memory,
    "broken": _broken,
    "nan": lambda batch: np.full((len(batch), 2), np.nan, dtype=np.float32),
    "flat": lambda batch: np.zeros(len(batch), dtype=np.float32),
    "wide": lambda batch: np.ones((len(batch), 8193), dtype=np.float32),
    "zero": lambda batch: np.zeros((len(batch), 2), dtype=np.float32),
}


class FakeModel(Model):
    """``does`` names a behaviour; without it the outputs follow the texts' lengths."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.parameters = 7
        self.model_bytes = 28
        self.dtype = "float32"
        self.outputs = int(config.get("outputs", 2))
        raw = config.get("id2label")
        self.id2label = {int(key): name for key, name in raw.items()} if raw else None
        self._does = config.get("does")
        self.batches: list[int] = []

    def encode(self, items: Sequence[Item], *, max_length: int, places: bool = False) -> Encoded:
        joined = ["|".join(one.parts) for one in items if isinstance(one, Texts)]
        examples = [
            {"input_ids": np.zeros(max(1, len(text[:max_length])), dtype=np.int32)}
            for text in joined
        ]
        return Encoded.of_tokens(examples, [len(text) > max_length for text in joined])

    def forward(self, batch: Sequence[Features], names: Sequence[str]) -> Outputs:
        self.batches.append(len(batch))
        found = BEHAVIOURS[self._does](batch) if self._does else _lengths(batch, self.outputs)
        return Outputs({names[0]: found})

    @property
    def folder(self) -> Path:
        return Path("nowhere")


class FakeFormat(Format):
    """``loads`` records what was loaded, as (folder's name, part)."""

    def __init__(self) -> None:
        self.loads: list[tuple[str, str]] = []

    def load(self, folder: Path, task: TaskConfig, purpose: Purpose) -> Model:
        self.loads.append((folder.name, purpose.value))
        config = self._config(folder)
        if config.get("headless") and purpose is not Purpose.ENCODER:
            raise RunnerError(Code.MISSING_HEAD, "no head")
        return FakeModel(config)

    def has_pair_head(self, folder: Path) -> bool:
        return bool(self._config(folder).get("pair"))

    def variant(self, folder: Path, task: TaskConfig) -> str:
        return task.slug if self._config(folder).get("told") else ""

    def _config(self, folder: Path) -> dict[str, Any]:
        config: dict[str, Any] = json.loads((folder / "fake.json").read_text())
        return config


def lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text().splitlines():
        yield json.loads(line)
