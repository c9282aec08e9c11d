"""From items to the arrays that a graph takes, and from examples to batches of them."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from ..items import Item
from .base import Array, Encoded, Features


class Reader(ABC):
    """What a graph reads: ``sources`` are what it can give."""

    sources: tuple[str, ...]
    default: tuple[str, ...]
    """What is given, in order, to a module that declares nothing."""
    freedom: str = "batches may have any size"
    """What a graph must bear, told to one that fails."""
    most_tokens: int | None = None
    """How many tokens fit, where there is a bound."""

    @abstractmethod
    def encode(self, items: Sequence[Item], *, max_length: int, places: bool) -> Encoded:
        """Raises ``bad_tokenizer``, ``bad_model``, ``unsupported_architecture``."""

    @abstractmethod
    def collate(self, batch: Sequence[Features]) -> Mapping[str, Any]:
        """One array for each source, (examples, …)."""

    def channels_first(self, output: Array) -> Array:
        """An output with the channels of a map in the second place, wherever the graph has them."""
        return output

    @abstractmethod
    def trials(self) -> Sequence[tuple[int, int]]:
        """Shapes (examples, length) that any such graph must take."""

    @abstractmethod
    def trial(self, examples: int, length: int) -> Sequence[Features]:
        """A batch of that shape."""
