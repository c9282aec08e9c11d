"""Train a small ESM from nothing on sequences: classes, labels of residues, or contacts.

Each letter is a token. A class is read from the first token, labels from each letter's own, and
contacts from the model's attention: one logistic regression over all heads, as in ESM's own
contact head, with the attention learned for it.

    python examples/train_protein.py --train train.jsonl --task-kind sequence_classification \\
        --labels other,antimicrobial --out entry/tasks/<task-slug>
    python examples/train_protein.py --train train.jsonl --task-kind contact_prediction \\
        --out entry/tasks/<task-slug>
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import training
from shared import declare, read_rows, say, stop
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from torch.nn import functional
from transformers import (
    EsmConfig,
    EsmForSequenceClassification,
    EsmForTokenClassification,
    EsmModel,
    PreTrainedTokenizerFast,
)
from transformers import logging as transformers_logging

SPECIAL = ("<cls>", "<pad>", "<eos>", "<unk>")
LETTERS = "ABCDEFGHIKLMNOPQRSTUVWXYZ"
MASK = "<mask>"
WIDTH, LAYERS, HEADS = 64, 3, 4
IGNORED = -100
CONTACTS = "contact_prediction"
KINDS = ("sequence_classification", "residue_labelling", CONTACTS)


@dataclass(frozen=True, slots=True)
class Protein:
    """Token ids with <cls> and <eos>; ``target`` is a class, a class for each token, or a table
    of contacts (letters, letters)."""

    ids: list[int]
    target: Any


def new_tokenizer(longest: int) -> PreTrainedTokenizerFast:
    """One token a letter, between <cls> and <eos>."""
    vocabulary = {token: number for number, token in enumerate((*SPECIAL, *LETTERS, MASK))}
    core = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    core.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    ends = [(name, vocabulary[name]) for name in ("<cls>", "<eos>")]
    core.post_processor = processors.TemplateProcessing(
        single="<cls> $A <eos>", pair="<cls> $A <eos> $B <eos>", special_tokens=ends
    )
    names = {"cls": "<cls>", "pad": "<pad>", "eos": "<eos>", "unk": "<unk>", "mask": MASK}
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        model_max_length=longest,
        **{f"{role}_token": name for role, name in names.items()},
    )


def new_config(tokenizer: PreTrainedTokenizerFast, longest: int, labels: list[str]) -> EsmConfig:
    """Rotary positions, so that a sequence of any length can be read."""
    names = dict(enumerate(labels or ["contact"]))
    return EsmConfig(
        vocab_size=len(tokenizer),
        mask_token_id=tokenizer.mask_token_id,
        pad_token_id=tokenizer.pad_token_id,
        hidden_size=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=4 * WIDTH,
        max_position_embeddings=longest,
        position_embedding_type="rotary",
        token_dropout=False,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        id2label=names,
        label2id={name: number for number, name in names.items()},
    )


def read_proteins(
    arguments: argparse.Namespace, tokenizer: Any, labels: list[str]
) -> list[Protein]:
    """The train split as tokens and targets."""
    numbers = {name: number for number, name in enumerate(labels)}
    room = arguments.max_length - 2
    proteins = []
    for line, row in enumerate(read_rows(arguments.train), start=1):
        try:
            sequence = str(row["input"]["sequence"])[:room]
            target = _target(arguments.task_kind, row["label"], numbers, len(sequence))
        except (KeyError, TypeError, ValueError) as error:
            stop(f"{arguments.train}, line {line}: not a train row of this kind ({error})")
        proteins.append(Protein(tokenizer(sequence).input_ids, target))
    return proteins


def _target(kind: str, label: Any, numbers: dict[str, int], length: int) -> Any:
    if kind == "sequence_classification":
        return numbers[label]
    if kind == "residue_labelling":
        known = [IGNORED if each is None else numbers[each] for each in label[:length]]
        return [IGNORED, *known, IGNORED]
    table = torch.zeros(length, length)
    for first, second in label["pairs"]:
        if second < length:
            table[first, second] = 1.0
    return table


def padded(rows: list[list[int]], filler: int) -> torch.Tensor:
    """Rows of one width, filled up on the right."""
    width = max(map(len, rows))
    return torch.tensor([row + [filler] * (width - len(row)) for row in rows])


def labels_loss(model: Any, pad: int) -> Callable[[list[Protein]], torch.Tensor]:
    """Of a class, or of a class for each letter."""

    def loss(batch: list[Protein]) -> torch.Tensor:
        ids = padded([one.ids for one in batch], pad)
        targets = [one.target for one in batch]
        whole = isinstance(targets[0], int)
        labels = torch.tensor(targets) if whole else padded(targets, IGNORED)
        return model(input_ids=ids, attention_mask=(ids != pad).long(), labels=labels).loss

    return loss


def contacts_loss(model: Any, pad: int) -> Callable[[list[Protein]], torch.Tensor]:
    """Of each pair of letters; the few that touch weigh as much as the many that don't."""

    def loss(batch: list[Protein]) -> torch.Tensor:
        ids = padded([one.ids for one in batch], pad)
        found = model.predict_contacts(ids, (ids != pad).long())
        total = torch.zeros(())
        for chances, one in zip(found, batch, strict=True):
            size = len(one.target)
            upper = torch.triu(torch.ones(size, size), diagonal=1).bool()
            truth = one.target[upper]
            weights = torch.where(truth > 0, size / 2, 1.0)
            total = total + functional.binary_cross_entropy(
                chances[:size, :size][upper].clamp(1e-6, 1 - 1e-6), truth, weights
            )
        return total / len(batch)

    return loss


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--train", type=Path, required=True, help="the task's train split (JSONL)")
    parser.add_argument("--task-kind", choices=KINDS, required=True)
    parser.add_argument("--labels", default="", help="the task's labels, set apart by commas")
    parser.add_argument("--out", type=Path, required=True, help="folder, usually …/tasks/<slug>")
    parser.add_argument("--max-length", type=int, default=256, help="tokens of a sequence (256)")
    parser.add_argument("--batch-tokens", type=int, default=2048, help="in a step (2048)")
    training.add_arguments(parser, minutes=1.0, epochs=6, learning_rate=1e-3)
    return parser.parse_args()


def main() -> None:
    arguments = parse()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    training.prepare(arguments)
    labels = [name.strip() for name in arguments.labels.split(",") if name.strip()]
    if (arguments.task_kind == CONTACTS) != (len(labels) < 2):
        stop(f"--labels must name two or more labels, none for {CONTACTS}")
    tokenizer = new_tokenizer(arguments.max_length)
    proteins = read_proteins(arguments, tokenizer, labels)
    config = new_config(tokenizer, arguments.max_length, labels)
    pad = tokenizer.pad_token_id
    if arguments.task_kind == CONTACTS:
        config._attn_implementation = "eager"  # others give no attention to read
        model: Any = EsmModel(config, add_pooling_layer=False)
        loss_of = contacts_loss(model, pad)
    else:
        whole = arguments.task_kind == "sequence_classification"
        model = (EsmForSequenceClassification if whole else EsmForTokenClassification)(config)
        loss_of = labels_loss(model, pad)
    cut = training.by_length(lambda one: len(one.ids), tokens=arguments.batch_tokens)
    trained = training.Fit(model, batches=cut, loss_of=loss_of).run(proteins, arguments)
    model.save_pretrained(arguments.out)
    tokenizer.save_pretrained(arguments.out)
    name = arguments.out.name
    declare(
        arguments.out,
        format="transformers",
        description=f"A small ESM for {name}.",
        base_model="None, trained from nothing.",
        training_data=f"The train split for {name}, {len(proteins):,} sequences.",
        training_time=f"{trained} for {name}.",
        compute=f"{arguments.threads} CPU threads.",
        paper="https://www.science.org/doi/10.1126/science.ade2574",
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
