"""Train a small BERT over items: a history is a text whose words are items.

The classes of its head are the catalogue, so that each item gets a score; the platform ranks them.
It learns from the held-out items of the train split by their grades, and from histories with a
fifth of their items left out, as many times as there are epochs.

    python examples/train_recommender.py --train train.jsonl --catalogue classes.json \\
        --out entry/tasks/<task-slug>
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

import torch
import training
from shared import declare, read_rows, say, stop
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast
from transformers import logging as transformers_logging

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WIDTH, LAYERS, HEADS = 64, 1, 2
LEFT_OUT = 0.2

Row = tuple[list[int], dict[int, float]]
"""Items of a history, and grades of the items that came next, both by place in the catalogue."""


def read_catalogue(path: Path) -> list[str]:
    """A JSON list of items, the task's classes in their order."""
    try:
        items = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        stop(f"{path}: {error}")
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        stop(f"{path} is no JSON list of texts")
    if any(len(item.split()) != 1 for item in items):
        stop(f"{path}: an item has a space in it, so a history is no text of items")
    return items


def read_histories(path: Path, items: list[str]) -> list[Row]:
    """The train split by places in the catalogue; strangers are left out."""
    places = {item: place for place, item in enumerate(items)}
    rows: list[Row] = []
    for row in read_rows(path):
        try:
            history = [places[item] for item in row["input"]["history"] if item in places]
            grades = {places[item]: float(grade) for item, grade in row["label"].items()}
        except (KeyError, TypeError, AttributeError) as error:
            stop(f"{path}: not a train row of this kind ({error})")
        rows.append((history, grades))
    return rows


def new_tokenizer(items: list[str], longest: int) -> PreTrainedTokenizerFast:
    """One token an item."""
    vocabulary = {token: number for number, token in enumerate((*SPECIAL, *items))}
    core = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    core.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    core.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    names = dict(zip(("pad", "unk", "cls", "sep", "mask"), SPECIAL, strict=True))
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        model_max_length=longest,
        **{f"{role}_token": name for role, name in names.items()},
    )


def new_model(items: list[str], longest: int) -> BertForSequenceClassification:
    """Positions say little of a history, but BERT has them."""
    return BertForSequenceClassification(
        BertConfig(
            vocab_size=len(SPECIAL) + len(items),
            hidden_size=WIDTH,
            num_hidden_layers=LAYERS,
            num_attention_heads=HEADS,
            intermediate_size=2 * WIDTH,
            max_position_embeddings=longest,
            id2label=dict(enumerate(items)),
            label2id={item: place for place, item in enumerate(items)},
        )
    )


def batch_of(rows: list[Row], catalogue: int, longest: int) -> dict[str, torch.Tensor]:
    """Tokens, and the share of each item in what came next; left-out items came next as well."""
    shown, wanted = [], torch.zeros(len(rows), catalogue)
    for number, (history, grades) in enumerate(rows):
        left = set(random.sample(history, int(len(history) * LEFT_OUT)))
        shown.append([item for item in history if item not in left][: longest - 2])
        for item in left:
            wanted[number, item] = sum(grades.values()) / max(1, len(grades))
        for item, grade in grades.items():
            wanted[number, item] = grade
    width = max(map(len, shown)) + 2
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    for number, items in enumerate(shown):
        tokens = [2, *(item + len(SPECIAL) for item in items), 3]
        ids[number, : len(tokens)] = torch.tensor(tokens)
    share = wanted / wanted.sum(dim=1, keepdim=True).clamp(min=1e-6)
    return {"input_ids": ids, "attention_mask": (ids > 0).long(), "wanted": share}


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--train", type=Path, required=True, help="the task's train split (JSONL)")
    parser.add_argument("--catalogue", type=Path, required=True, help="JSON list of all items")
    parser.add_argument("--out", type=Path, required=True, help="folder, usually …/tasks/<slug>")
    parser.add_argument("--max-length", type=int, default=64, help="items of a history (64)")
    training.add_arguments(parser, minutes=1.0, epochs=30, learning_rate=3e-3)
    return parser.parse_args()


def main() -> None:
    arguments = parse()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    training.prepare(arguments)
    random.seed(arguments.seed)
    items = read_catalogue(arguments.catalogue)
    rows = read_histories(arguments.train, items)
    model: Any = new_model(items, arguments.max_length)

    def loss_of(batch: list[Row]) -> torch.Tensor:
        given = batch_of(batch, len(items), arguments.max_length)
        wanted = given.pop("wanted")
        return -(model(**given).logits.log_softmax(dim=1) * wanted).sum(dim=1).mean()

    loop = training.Fit(model, batches=training.by_count(64), loss_of=loss_of)
    trained = loop.run(rows, arguments)
    model.save_pretrained(arguments.out)
    new_tokenizer(items, arguments.max_length).save_pretrained(arguments.out)
    name = arguments.out.name
    declare(
        arguments.out,
        format="transformers",
        description=f"A small BERT over {len(items):,} items for {name}.",
        base_model="None, trained from nothing.",
        training_data=f"The train split for {name}, {len(rows):,} histories.",
        training_time=f"{trained} for {name}.",
        compute=f"{arguments.threads} CPU threads.",
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
