"""Tokens by ``tokenizer.json`` alone, padded on the right."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ..errors import Code, RunnerError, as_runner_error
from .base import Encoded, Features, Places, TextSide

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_PAD_NAMES = ("[PAD]", "<pad>", "<|endoftext|>", "</s>")
_MASK_NAMES = ("[MASK]", "<mask>")
_END_NAMES = ("<|endoftext|>", "</s>", "<eos>", "[SEP]")
_CLS_NAMES = ("[CLS]", "<cls>")
_UNKNOWN_NAMES = ("[UNK]", "<unk>")
_CHUNK = 1000

Parts = tuple[str, ...]
"""One text, or two that are read together."""


class TokenizerFile(TextSide):
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

        self.mask_id = self._known(_MASK_NAMES)
        self.eos_id = self._known(_END_NAMES)
        self.unknown_id = self._known(_UNKNOWN_NAMES)
        self.cls_id = self._known(_CLS_NAMES)
        added = self._tokenizer.get_added_tokens_decoder()
        self.special_ids = frozenset(one for one, token in added.items() if token.special)

    def _known(self, names: Sequence[str]) -> int | None:
        """The first of these tokens that the vocabulary has."""
        ids = (self._tokenizer.token_to_id(name) for name in names)
        return next((one for one in ids if one is not None), None)

    @property
    def mask_text(self) -> str | None:
        return None if self.mask_id is None else str(self._tokenizer.id_to_token(self.mask_id))

    def decode(self, ids: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True))

    def encode(self, texts: Sequence[Parts], *, max_length: int, places: bool = False) -> Encoded:
        examples: list[Features] = []
        truncated: list[bool] = []
        where: list[Places] = []
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
                if places:
                    where.append(_places(encoding))
        return Encoded.of_tokens(examples, truncated, where if places else None)

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


def _places(encoding: Any) -> Places:
    """Of one example; an empty one has a place for the token that stands for it."""
    offsets = encoding.offsets or [(0, 0)]
    parts = [-1 if part is None else part for part in encoding.sequence_ids] or [-1]
    return Places(np.asarray(offsets, dtype=np.int32), np.asarray(parts, dtype=np.int8))
