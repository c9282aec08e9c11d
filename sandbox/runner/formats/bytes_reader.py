"""Texts as their UTF-8 bytes, for graphs that need no tokenizer."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..items import Item
from .base import Encoded, Features
from .readers import Reader
from .signature import Signature, declared_wrong
from .text_items import texts_of

MOST_LENGTH = 1 << 16
_BYTES_A_TOKEN = 8
_DEFAULTS: Mapping[str, Any] = {"length": None, "from": "start", "padding": 0, "strip": False}


class BytesReader(Reader):
    """``bytes`` (texts, length) in int32, by ``{"length", "from", "padding", "strip"}``.

    From the ``start``, padded behind; or from ``both`` ends: the first half padded behind, the last
    one padded in front. ``strip`` takes white space off both ends of the text first.
    """

    sources = ("bytes",)
    default = ("bytes",)

    def __init__(self, signature: Signature) -> None:
        """Raises ``bad_model``."""
        told = signature.options.get("bytes")
        if not isinstance(told, dict) or not set(told) <= set(_DEFAULTS):
            raise declared_wrong("bytes", f"must be an object of {', '.join(_DEFAULTS)}")
        options = {**_DEFAULTS, **told}
        self._length = _whole(options["length"], "length", 1, MOST_LENGTH)
        self._padding = _whole(options["padding"], "padding", 0, 1 << 16)
        if options["from"] not in ("start", "both"):
            raise declared_wrong("bytes", "has a “from” that is neither start nor both")
        self._both, self._strip = options["from"] == "both", options["strip"] is True
        if self._both and self._length % 2:
            raise declared_wrong("bytes", "needs an even “length” for both ends")

    def encode(self, items: Sequence[Item], *, max_length: int, places: bool) -> Encoded:
        contents = [self._content(item) for item in items]
        cost = max(1, self._length // _BYTES_A_TOKEN)
        return Encoded(
            [{"bytes": self._numbers(content)} for content in contents],
            [cost] * len(contents),
            [len(content) > self._length for content in contents],
        )

    def collate(self, batch: Sequence[Features]) -> Mapping[str, Any]:
        return {"bytes": np.stack([example["bytes"] for example in batch])}

    def trials(self) -> Sequence[tuple[int, int]]:
        return ((1, 1), (3, 1))

    def trial(self, examples: int, length: int) -> Sequence[Features]:
        return [{"bytes": self._numbers(b"a")}] * examples

    def _content(self, item: Item) -> bytes:
        content = "\n".join(texts_of(item)).encode("utf-8")
        return content.strip() if self._strip else content

    def _numbers(self, content: bytes) -> NDArray[np.int32]:
        found = np.full(self._length, self._padding, dtype=np.int32)
        half = self._length // 2 if self._both else self._length
        first = content[:half]
        found[: len(first)] = list(first)
        if self._both and content:
            last = content[-half:]
            found[self._length - len(last) :] = list(last)
        return found


def _whole(value: Any, name: str, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise declared_wrong("bytes", f"needs “{name}” as a whole number from {least} to {most}")
    return value
