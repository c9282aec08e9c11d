"""Classifiers of transformers with a decoder, such as T5's and BART's: they judge a text by what
the decoder says at its last end-of-text token."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import torch

from ..errors import Code, RunnerError
from .text_model import TextModel


class EndingModel(TextModel):
    def call(self, tensors: Mapping[str, Any]) -> Any:
        """Texts with equally many such tokens go together: transformers takes no others, and a text
        may have one inside. Raises ``bad_tokenizer`` where a text has none."""
        ends = (tensors["input_ids"] == self.network.config.eos_token_id).sum(1)
        if not bool(ends.all()):
            raise RunnerError(
                Code.BAD_TOKENIZER,
                "The tokenizer puts no end-of-text token (“eos_token_id” in config.json) behind a "
                f"text, by which {self.config.model_type} judges it.",
            )
        rows = [(ends == count).nonzero()[:, 0] for count in ends.unique()]
        if len(rows) == 1:
            return super().call(tensors)
        groups = [{name: value[own] for name, value in tensors.items()} for own in rows]
        logits = torch.cat([super(EndingModel, self).call(group).logits for group in groups])
        return SimpleNamespace(logits=logits[torch.cat(rows).argsort()])
