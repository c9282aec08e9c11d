"""Protein models of transformers that tell which letters touch."""

from collections.abc import Sequence

import torch

from .base import CONTACTS, Features, Outputs
from .text_model import TextModel
from .torch_setup import to_numpy


class ContactModel(TextModel):
    """One token a letter, one more at each end."""

    def forward(self, batch: Sequence[Features], names: Sequence[str]) -> Outputs:
        """``contacts`` (items, letters, letters), without meaning beyond an item's own letters."""
        tensors = self.tensors(batch)
        with torch.inference_mode():
            found = self.network.predict_contacts(tensors["input_ids"], tensors["attention_mask"])
        return Outputs({CONTACTS: to_numpy(found)})
