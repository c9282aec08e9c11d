"""XLNet: a model of any order of reading (Yang et al., 2019), which must be told the order.

Left alone it reads in both directions. Here it reads from left to right, in one pass: ``perm_mask``
hides from each place what comes after it, and each place that is asked about is a second stream,
which sees what comes before it and not itself.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import torch

from .base import Array, Attribution, Features
from .text_model import TextModel
from .torch_setup import to_numpy


class PermutationModel(TextModel):
    side = "left"  # its head for whole texts takes the last place, and places are relative

    def __init__(self, *given: Any) -> None:
        """transformers leaves some weights and places in float32 whatever number type is asked."""
        super().__init__(*given)
        self.network.to(getattr(torch, self.dtype))
        body = getattr(self.network, "transformer", self.network)
        for layer in body.layer:
            layer.rel_attn.register_forward_pre_hook(_in_one_type, with_kwargs=True)

    def scores_at(self, batch: Sequence[Features], places: Sequence[Sequence[int]]) -> list[Array]:
        """Of the token after each place, by the tokens up to it, as of other causal models."""
        tensors = _with_next(self.tensors(batch))
        width = tensors["input_ids"].shape[1]
        starts = [width - 1 - len(example["input_ids"]) for example in batch]
        most = max(map(len, places))
        later = torch.ones(width, width, device=self.device, dtype=self.network.dtype).triu()
        asked = later.new_zeros(len(batch), max(1, most), width)
        for row, at in enumerate(places):
            for number, place in enumerate(at):
                asked[row, number, starts[row] + place + 1] = 1
        orders = {"perm_mask": later.expand(len(batch), -1, -1), "target_mapping": asked}
        logits = self.run({**tensors, **orders}).logits
        return [to_numpy(logits[row, : len(at)]) for row, at in enumerate(places)]

    def explain(self, example: Features) -> Attribution:
        """As of other models; this one keeps its batch in the second dimension inside."""
        tensors = self.tensors([example])
        ids = tensors.pop("input_ids")
        attributions = import_module(".attributions", __package__)  # a library of seconds
        attributions.prepare(self.network)
        words = self.network.get_input_embeddings()

        def logits(given: Any, *values: Any) -> Any:
            named = dict(zip(tensors, values, strict=True))
            return self.network(inputs_embeds=given, **named).logits.float()

        target, scores = attributions.vector_scores(
            logits, words(ids), words(self.tokens.blank(ids)), tuple(tensors.values())
        )
        return Attribution(target, self.tokens.pieces(ids[0].tolist()), scores[None, :])


def _with_next(tensors: dict[str, Any]) -> dict[str, Any]:
    """Room for the token after the last; as a token of the first text, whatever its id."""
    return {
        name: torch.cat([value, torch.full_like(value[:, :1], name == "attention_mask")], dim=1)
        for name, value in tensors.items()
    }


def _in_one_type(attention: Any, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    def cast(value: Any) -> Any:
        floats = torch.is_tensor(value) and value.is_floating_point()
        return value.to(attention.q.dtype) if floats else value

    return tuple(map(cast, given)), {name: cast(value) for name, value in named.items()}
