"""Tokens by ``tokenizer.json`` alone, padded on the right."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ..errors import Code, RunnerError, as_runner_error
from .base import Encoded, Features

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_PAD_NAMES = ("[PAD]", "<pad>", "<|endoftext|>", "</s>")
_CHUNK = 1000

Parts = tuple[str, ...]
"""One text, or two that are read together."""


class TokenizerFile:
    """``tokenizer.json`` as it is, except for its own padding and truncation."""

    def __init__(self, folder: Path) -> None:
        path = folder / "tokenizer.json"
        if not path.is_file():
            raise RunnerError(Code.BAD_TOKENIZER, "The model's folder has no tokenizer.json.")
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises plain Exception
            raise as_runner_error(
                error, code=Code.BAD_TOKENIZER, message=f"tokenizer.json can't be loaded: {error}"
            ) from error
        padding = self._tokenizer.padding or {}
        known = [self._tokenizer.token_to_id(name) for name in _PAD_NAMES]
        found = next((number for number in known if number is not None), 0)
        self.pad_id = int(padding.get("pad_id", found))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def encode(self, texts: Sequence[Parts], *, max_length: int) -> Encoded:
        examples: list[Features] = []
        truncated: list[bool] = []
        self._tokenizer.enable_truncation(max_length)
        for start in range(0, len(texts), _CHUNK):
            chunk = [one if len(one) > 1 else one[0] for one in texts[start : start + _CHUNK]]
            for encoding in self._tokenizer.encode_batch(chunk):
                ids = encoding.ids or [self.pad_id]
                examples.append(
                    {
                        "input_ids": np.asarray(ids, dtype=np.int32),
                        "token_type_ids": np.asarray(encoding.type_ids or [0], dtype=np.int32),
                    }
                )
                truncated.append(bool(encoding.overflowing))
        return Encoded.of_tokens(examples, truncated)

    def pad(self, batch: Sequence[Features]) -> dict[str, NDArray[np.int32]]:
        """Padding on the right, all of ``INPUTS``."""
        lengths = [len(one["input_ids"]) for one in batch]
        shape = (len(batch), max(lengths))
        feeds = {name: np.zeros(shape, dtype=np.int32) for name in INPUTS}
        feeds["input_ids"].fill(self.pad_id)
        for row, (one, length) in enumerate(zip(batch, lengths, strict=True)):
            feeds["input_ids"][row, :length] = one["input_ids"]
            feeds["token_type_ids"][row, :length] = one["token_type_ids"]
            feeds["attention_mask"][row, :length] = 1
        return feeds
