"""Greedy generation by transformers, by one fixed recipe: no sampling, no beams."""

from collections.abc import Mapping
from typing import Any

import torch
from transformers import GenerationConfig

from .tokens import Tokens


def greedy_tokens(
    network: Any, tokens: Tokens, tensors: Mapping[str, Any], *, most: int
) -> list[list[int]]:
    """New tokens of each example, without what comes after the end.

    ``tensors`` of a model without an encoder are padded on the left. Of the folder's own settings
    only the special tokens count.
    """
    own = getattr(network, "generation_config", None)
    end = getattr(own, "eos_token_id", None)
    recipe = GenerationConfig(
        max_new_tokens=most,
        do_sample=False,
        num_beams=1,
        pad_token_id=tokens.pad_id,
        eos_token_id=tokens.eos_id if end is None else end,
        bos_token_id=getattr(own, "bos_token_id", None),
        forced_bos_token_id=getattr(own, "forced_bos_token_id", None),
        decoder_start_token_id=getattr(network.config, "decoder_start_token_id", None),
    )
    network.generation_config = recipe  # what a recipe leaves open would come from the folder's
    accepted = {name: tensors[name] for name in ("input_ids", "attention_mask")}
    with torch.inference_mode():
        found = network.generate(**accepted, generation_config=recipe)
    if not network.config.is_encoder_decoder:
        found = found[:, tensors["input_ids"].shape[1] :]
    return [[int(one) for one in row] for row in found]
