"""What a format offers to the task kinds: heads, encoders and their loading."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..config import TaskConfig

Texts = tuple[str, ...]
"""One text, or two that are read together."""

Features = Mapping[str, NDArray[np.int32]]
"""One example's token arrays by the model's input names, ``input_ids`` among them, unpadded."""

Outputs = NDArray[np.float32]
"""Shape (examples, width)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The run's settings that a format needs."""

    dtype: str
    device: str
    threads: int


@dataclass(frozen=True, slots=True)
class Encoded:
    """Examples as tokens; ``truncated`` says which were longer than allowed."""

    examples: list[Features]
    truncated: list[bool]

    def lengths(self) -> list[int]:
        return [len(example["input_ids"]) for example in self.examples]


class Model(ABC):
    """A loaded model with its tokenizer and what the report says about it."""

    parameters: int | None
    model_bytes: int
    dtype: str

    @abstractmethod
    def encode(self, texts: Sequence[Texts], *, max_length: int) -> Encoded:
        """Tokens of all texts, at most ``max_length`` or what the model can take.

        Every example has at least one token. Raises ``bad_tokenizer``.
        """


class Head(Model):
    """A model with ``outputs`` numbers a text; ``id2label`` names them where the folder does."""

    outputs: int
    id2label: Mapping[int, str] | None

    @abstractmethod
    def logits(self, batch: Sequence[Features]) -> Outputs:
        """Shape (len(batch), outputs)."""


class Encoder(Model):
    """A model that gives a vector for a text."""

    @abstractmethod
    def embed(self, batch: Sequence[Features], *, pooling: str) -> Outputs:
        """Shape (len(batch), width). ``pooling`` is ``mean``, ``cls`` or ``model``."""


class Format(ABC):
    """How a kind of folder is loaded. Everything raises ``RunnerError``."""

    @abstractmethod
    def load_head(self, folder: Path, task: TaskConfig) -> Head: ...

    @abstractmethod
    def load_encoder(self, folder: Path, task: TaskConfig) -> Encoder: ...

    @abstractmethod
    def has_pair_head(self, folder: Path) -> bool:
        """Whether the folder declares a head with one output, which can score pairs of texts."""

    def variant(self, folder: Path, task: TaskConfig) -> str:
        """Names what ``task`` is given of a folder: tasks with the same share a loaded model."""
        return ""
