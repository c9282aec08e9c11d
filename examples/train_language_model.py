"""Train a small language model from nothing on a text file: GPT-2 or RoBERTa.

The corpus is a UTF-8 text file of one text a line. A byte-level vocabulary is learned from it, then
the model: GPT-2 says each token from those before it, RoBERTa says hidden tokens from all others
(15 % of them are hidden, of these 80 % by <mask>, 10 % by a random token, 10 % left). The first
serves generation, prompts and bits per byte from left to right, the second gaps and bits per byte
from both sides.

    python examples/train_language_model.py --architecture gpt2 --corpus corpus.txt --out gpt
    python examples/train_language_model.py --architecture roberta --corpus corpus.txt --out roberta
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import training
from shared import declare, say, stop
from text_models import new_config, new_tokenizer
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM
from transformers import logging as transformers_logging

IGNORED = -100
HIDDEN = 0.15
PAPERS = {
    "gpt2": "https://arxiv.org/abs/2005.14165",
    "roberta": "https://arxiv.org/abs/1907.11692",
}

Loss = Callable[[list[list[int]]], torch.Tensor]


def padded(rows: list[list[int]], filler: int) -> torch.Tensor:
    """Rows of one width, filled up on the right."""
    width = max(map(len, rows))
    return torch.tensor([row + [filler] * (width - len(row)) for row in rows])


def causal_loss(model: Any, tokenizer: Any) -> Loss:
    """Each token from those before it; every second text begins with the end of another, as it
    does where a model is asked for a whole text."""
    end = tokenizer.eos_token_id

    def loss(batch: list[list[int]]) -> torch.Tensor:
        rows = [([end] if n % 2 else []) + ids + [end] for n, ids in enumerate(batch)]
        return model(
            input_ids=padded(rows, end),
            attention_mask=padded([[1] * len(row) for row in rows], 0),
            labels=padded(rows, IGNORED),
        ).loss

    return loss


def masked_loss(model: Any, tokenizer: Any) -> Loss:
    """Hidden tokens from all others; other ones are hidden each time."""
    special = torch.tensor(sorted(tokenizer.all_special_ids))

    def loss(batch: list[list[int]]) -> torch.Tensor:
        ids = padded(batch, tokenizer.pad_token_id)
        chosen = (torch.rand(ids.shape) < HIDDEN) & ~torch.isin(ids, special)
        chosen[:, 1] |= ~chosen.any(dim=1) & ~torch.isin(ids[:, 1], special)
        draw = torch.rand(ids.shape)
        shown = ids.masked_fill(chosen & (draw < 0.8), tokenizer.mask_token_id)
        other = chosen & (draw >= 0.9)
        shown = torch.where(other, torch.randint(len(special), len(tokenizer), ids.shape), shown)
        return model(
            input_ids=shown,
            attention_mask=(ids != tokenizer.pad_token_id).long(),
            labels=ids.masked_fill(~chosen, IGNORED),
        ).loss

    return loss


LOSSES = {
    "gpt2": (AutoModelForCausalLM, causal_loss),
    "roberta": (AutoModelForMaskedLM, masked_loss),
}


def read_corpus(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{path}: {error}")
    texts = [line.strip() for line in lines if line.strip()]
    if len(texts) < 2:
        stop(f"{path} has fewer than two texts")
    return texts


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--architecture", choices=tuple(LOSSES), required=True)
    parser.add_argument("--corpus", type=Path, required=True, help="the text file")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    parser.add_argument("--vocabulary", type=int, default=2000, help="tokens at most (2000)")
    parser.add_argument("--max-length", type=int, default=128, help="tokens of a text (128)")
    parser.add_argument("--batch-tokens", type=int, default=2048, help="in a step (2048)")
    training.add_arguments(parser, minutes=1.0, epochs=10, learning_rate=1e-3)
    return parser.parse_args()


def main() -> None:
    arguments = parse()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    training.prepare(arguments)
    name, longest = arguments.architecture, arguments.max_length
    texts = read_corpus(arguments.corpus)
    tokenizer = new_tokenizer(name, texts, vocabulary=arguments.vocabulary, longest=longest)
    auto, loss_with = LOSSES[name]
    model = auto.from_config(new_config(name, tokenizer, longest=longest))
    parameters = sum(one.numel() for one in model.parameters())
    say(f"{len(texts):,} texts, {len(tokenizer):,} tokens, {parameters:,} parameters")
    # A text may get its end on both sides.
    room = longest - 2 if name == "gpt2" else longest
    examples = tokenizer(texts, truncation=True, max_length=room).input_ids
    loop = training.Fit(
        model,
        batches=training.by_length(len, tokens=arguments.batch_tokens),
        loss_of=loss_with(model, tokenizer),
    )
    trained = loop.run(examples, arguments)
    model.save_pretrained(arguments.out)
    tokenizer.save_pretrained(arguments.out)
    declare(
        arguments.out,
        format="transformers",
        description=f"A {name} of {parameters:,} parameters, trained from nothing.",
        base_model="None, trained from nothing.",
        training_data=f"{len(texts):,} texts of {arguments.corpus.name}.",
        training_time=f"{trained} for {arguments.out.name}.",
        compute=f"{arguments.threads} CPU threads.",
        paper=PAPERS[name],
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
