"""Train a model of transformers for one task on texts, with a head of its own.

With --base the model of a folder is fine-tuned, such as that of pretrain_bert.py or minilm.py: all
of its weights, together with a new head. With --architecture a small new one is trained from
nothing: BERT, RoBERTa, XLNet or GPT-2, with a tokenizer learned from the train split. The head is
the kind's own: classes, sets of classes, a number, a tag for each word, an answer in a text. A
tenth of the train split is set apart to choose the best epoch. With --out BASE/tasks/<task-slug>
the result replaces the base for that task.

    python examples/train_text.py --base bert --train train.jsonl \\
        --task-kind text_classification --labels negative,positive --out bert/tasks/<task-slug>
    python examples/train_text.py --architecture roberta --train train.jsonl \\
        --task-kind token_classification --labels O,B-PER,I-PER --out entry/tasks/<task-slug>
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import torch
import training
from shared import declare, say, stop
from text_heads import HEADS, Example, Head, quality, tensors
from text_models import ARCHITECTURES, new_config, new_tokenizer
from text_rows import TEXTS, Train, read_train
from transformers import AutoTokenizer
from transformers import logging as transformers_logging

UNBOUNDED = 1 << 20


def read_base(folder: Path, train: Train, head: Head) -> tuple[Any, Any]:
    """Tokenizer and model with a new head, dropout as the base's configuration says."""
    if not (folder / "config.json").is_file():
        stop(f"{folder} holds no config.json")
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = head.auto.from_pretrained(
        folder,
        local_files_only=True,
        use_safetensors=True,
        ignore_mismatched_sizes=True,
        **head_settings(train, head),
    )
    return tokenizer, model


def new_model(arguments: argparse.Namespace, train: Train, head: Head) -> tuple[Any, Any]:
    """Tokenizer and model of an architecture, from nothing."""
    name, longest = arguments.architecture, arguments.max_length
    tokenizer = new_tokenizer(name, train.texts(), vocabulary=arguments.vocabulary, longest=longest)
    config = new_config(name, tokenizer, longest=longest, **head_settings(train, head))
    return tokenizer, head.auto.from_config(config)


def head_settings(train: Train, head: Head) -> dict[str, Any]:
    """What a configuration says of its head; an answer's start and end have no names."""
    if head.quality == "answers":
        return {}
    names = train.id2label
    settings = {"id2label": names, "label2id": {text: number for number, text in names.items()}}
    return {**settings, **({"problem_type": head.problem} if head.problem else {})}


def start_at_mean(model: Any, train: Train) -> None:
    """Let a regression begin at the mean, so that no step is spent on finding it."""
    mean = sum(train.targets) / len(train.targets)
    for module in model.modules():
        if (
            isinstance(module, torch.nn.Linear)
            and module.out_features == 1
            and module.bias is not None
        ):
            torch.nn.init.constant_(module.bias, mean)


def positions_of(config: Any) -> int:
    """How many tokens a model can read; RoBERTa's positions begin behind its padding index, XLNet's
    have no end."""
    found = getattr(config, "max_position_embeddings", None) or -1
    if found < 0:
        return UNBOUNDED
    return found - (config.pad_token_id + 1 if config.model_type == "roberta" else 0)


def fit(model: Any, tokenizer: Any, train: Train, head: Head, arguments: argparse.Namespace) -> str:
    """Train; says how long it took."""
    longest = min(arguments.max_length, tokenizer.model_max_length, positions_of(model.config))
    examples = head.examples(train, tokenizer, longest)

    def loss_of(batch: list[Example]) -> torch.Tensor:
        return model(**tensors(batch, head, tokenizer)).loss

    def quality_of(batch: list[Example]) -> tuple[str, float]:
        given = tensors(batch, head, tokenizer)
        return quality(model(**given), given, head)

    cut = training.by_length(lambda one: len(one.ids), tokens=arguments.batch_tokens)
    loop = training.Fit(model, batches=cut, loss_of=loss_of, quality_of=quality_of)
    return loop.run(examples, arguments)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    start = parser.add_mutually_exclusive_group(required=True)
    start.add_argument("--base", type=Path, help="the model's folder")
    start.add_argument("--architecture", choices=ARCHITECTURES, help="a new model's form")
    parser.add_argument("--train", type=Path, required=True, help="the task's train split (JSONL)")
    parser.add_argument("--task-kind", choices=tuple(TEXTS), required=True)
    parser.add_argument("--labels", default="", help="the task's labels, set apart by commas")
    parser.add_argument("--out", type=Path, required=True, help="folder, usually …/tasks/<slug>")
    parser.add_argument("--max-length", type=int, default=128, help="tokens of a text (128)")
    parser.add_argument("--batch-tokens", type=int, default=1024, help="in a step (1024)")
    parser.add_argument("--vocabulary", type=int, default=2000, help="of a new tokenizer (2000)")
    training.add_arguments(parser, minutes=1.0, epochs=4, learning_rate=2e-4)
    return parser.parse_args()


def main() -> None:
    arguments = parse()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    training.prepare(arguments)
    train = read_train(arguments.train, arguments.task_kind, arguments.labels)
    head = HEADS[arguments.task_kind]
    if arguments.base:
        tokenizer, model = read_base(arguments.base, train, head)
        origin = f"The folder {arguments.base.name}."
    else:
        tokenizer, model = new_model(arguments, train, head)
        origin = "None, trained from nothing."
    if head.problem == "regression":
        start_at_mean(model, train)
    trained = fit(model, tokenizer, train, head, arguments)
    model.save_pretrained(arguments.out)
    tokenizer.save_pretrained(arguments.out)
    name = arguments.out.name
    declare(
        arguments.out,
        format="transformers",
        description=f"{type(model).__name__} for {name}, all weights trained.",
        base_model=origin,
        training_data=f"The train split for {name}, {len(train.inputs):,} rows.",
        training_time=f"{trained} for {name}.",
        compute=f"{arguments.threads} CPU threads.",
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
