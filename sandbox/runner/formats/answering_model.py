"""Models of transformers that read in an encoder what a decoder answers to: T5, BART and others."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from .base import Features
from .generating import greedy_tokens
from .text_model import TextModel, position_limit, vocabulary_size


class AnsweringModel(TextModel):
    answers_apart = True

    def generate(self, batch: Sequence[Features], *, most: int) -> list[list[int]]:
        """Greedily; padding is where the encoder was trained with it."""
        room = position_limit(self.network) - 1
        tensors = self.tensors(batch)
        return greedy_tokens(self.network, self.tokens, tensors, most=max(1, min(most, room)))

    def answer_bits(
        self, batch: Sequence[Features], answers: Sequence[str]
    ) -> list[NDArray[np.float64]]:
        """By teacher forcing: each token by all before it in the answer and by what was asked.

        Tokens that the tokenizer puts around an answer are read and not counted.
        """
        room, size = position_limit(self.network), vocabulary_size(self.network)
        targets = [self.tokens.target(each, most=room, vocabulary=size) for each in answers]
        tensors = self.tensors(batch)
        asked = {name: tensors[name] for name in ("input_ids", "attention_mask")}
        with torch.inference_mode():
            read = self.network.get_encoder()(**asked, return_dict=True)
            return [self._bits(read, asked["attention_mask"], *each) for each in targets]

    def _bits(
        self, read: Any, mask: Any, ids: Sequence[int], own: Sequence[int]
    ) -> NDArray[np.float64]:
        """(examples, own tokens); transformers itself shifts the labels to the right."""
        labels = torch.tensor([list(ids)], device=self.device).repeat(len(mask), 1)
        found = self.network(
            attention_mask=mask, encoder_outputs=read, labels=labels, use_cache=False
        ).logits
        logs = [torch.log_softmax(found[:, at].double(), -1)[:, ids[at]] for at in own]
        bits = torch.stack(logs, dim=1) if logs else found.new_zeros(len(mask), 0)
        return np.asarray(bits.cpu().numpy() / np.log(2), dtype=np.float64)
