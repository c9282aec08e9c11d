"""Texts for graphs, as tokens."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..items import Item
from .base import Encoded, Features
from .readers import Reader
from .signature import Signature
from .text_items import texts_of
from .tokenizer_file import TokenizerFile


class TextReader(Reader):
    """Tokens by ``tokenizer.json``.

    ``masked_lm_positions`` (texts, 1) are zeros: pretraining models of TensorFlow Model Garden ask
    for them also where nobody asks for their masked words.
    """

    sources = ("input_ids", "attention_mask", "token_type_ids", "masked_lm_positions")
    default = ("input_ids", "attention_mask")
    freedom = "batches may have any size and length"

    def __init__(self, folder: Path, signature: Signature, most_tokens: int | None) -> None:
        self.tokens = TokenizerFile(folder)
        positions = signature.options.get("max_position_embeddings")
        bounds = [most_tokens, positions if isinstance(positions, int) and positions > 0 else None]
        self.most_tokens = min((bound for bound in bounds if bound), default=None)

    def encode(self, items: Sequence[Item], *, max_length: int, places: bool) -> Encoded:
        limit = min(max_length, self.most_tokens or max_length)
        texts = [texts_of(item) for item in items]
        return self.tokens.encode(texts, max_length=max(1, limit), places=places)

    def collate(self, batch: Sequence[Features]) -> Mapping[str, Any]:
        unasked = np.zeros((len(batch), 1), dtype=np.int32)
        return {**self.tokens.pad(batch), "masked_lm_positions": unasked}

    def trials(self) -> Sequence[tuple[int, int]]:
        return ((1, 2), (3, 5))

    def trial(self, examples: int, length: int) -> Sequence[Features]:
        token = int(self.tokens.encode([("a",)], max_length=8).examples[0]["input_ids"][0])
        example = {
            "input_ids": np.full(length, token, dtype=np.int32),
            "token_type_ids": np.zeros(length, dtype=np.int32),
        }
        return [example] * examples
