"""Fine-tune a folder's model for one task, with a head of its own.

The base may be any encoder of transformers that has a sequence classification head, such as the
folder of pretrain_bert.py or minilm.py. All its weights are trained, together with a new head: one
output for each label, or a single one for regression. A tenth of the train split is set apart to
choose the best epoch. With --out BASE/tasks/<task-slug> the result replaces the base for that task.

    python examples/finetune_bert.py --base bert --train train.jsonl \\
        --task-kind text_classification --labels negative,positive --out bert/tasks/<task-slug>
    python examples/finetune_bert.py --base bert --train train.jsonl \\
        --task-kind text_regression --out bert/tasks/<task-slug>
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from shared import KINDS, Train, declare, read_train, say, stop
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from transformers import logging as transformers_logging

HELD_OUT = 0.1
WARM_UP = 0.1
REPORT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Example:
    """One text as tokens, with its class number or value."""

    ids: list[int]
    target: float


def read_base(folder: Path, train: Train) -> tuple[Any, Any]:
    """Tokenizer and model with a new head, dropout as the base's configuration says."""
    if not (folder / "config.json").is_file():
        stop(f"{folder} holds no config.json")
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModelForSequenceClassification.from_pretrained(
        folder,
        local_files_only=True,
        use_safetensors=True,
        num_labels=train.outputs,
        id2label=train.id2label,
        label2id={name: number for number, name in train.id2label.items()},
        problem_type=None if train.labels else "regression",
        ignore_mismatched_sizes=True,
    )
    if not train.labels:  # starts at the mean, so that no step is spent on finding it
        mean = sum(train.targets) / len(train.targets)
        torch.nn.init.constant_(model.get_submodule("classifier").bias, mean)
    return tokenizer, model


def batches(
    examples: Sequence[Example], *, tokens: int, rng: random.Random
) -> list[Sequence[Example]]:
    """Batches of similar lengths in a random order; equals are in a new order each time."""
    order = sorted(examples, key=lambda one: (len(one.ids) // 4, rng.random()), reverse=True)
    cut: list[list[Example]] = []
    for one in order:
        if not cut or (max(len(each.ids) for each in cut[-1]) * (len(cut[-1]) + 1)) > tokens:
            cut.append([])
        cut[-1].append(one)
    rng.shuffle(cut)
    return list(cut)


def outputs(model: Any, batch: Sequence[Example], pad_id: int) -> torch.Tensor:
    """Logits of shape (batch, outputs)."""
    width = max(len(one.ids) for one in batch)
    ids = torch.tensor([one.ids + [pad_id] * (width - len(one.ids)) for one in batch])
    mask = torch.tensor([[1] * len(one.ids) + [0] * (width - len(one.ids)) for one in batch])
    logits: torch.Tensor = model(input_ids=ids, attention_mask=mask).logits
    return logits


def loss_of(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Cross-entropy over classes, or the squared error of a single output."""
    if logits.shape[1] == 1:
        return torch.nn.functional.mse_loss(logits[:, 0], targets)
    return torch.nn.functional.cross_entropy(logits, targets.long())


def held_out_loss(model: Any, examples: Sequence[Example], pad_id: int) -> tuple[float, float]:
    """Mean loss, and accuracy (classes) or mean absolute error (values)."""
    model.eval()
    loss = quality = 0.0
    with torch.inference_mode():
        for batch in batches(examples, tokens=4096, rng=random.Random(0)):
            logits = outputs(model, batch, pad_id)
            targets = torch.tensor([one.target for one in batch])
            loss += loss_of(logits, targets).item() * len(batch)
            classes = logits.shape[1] > 1
            measured = logits.argmax(1) == targets if classes else (logits[:, 0] - targets).abs()
            quality += measured.float().sum().item()
    model.train()
    return loss / len(examples), quality / len(examples)


class Clock:
    """The share of the work that is done: by epochs, or by time where that runs out first."""

    def __init__(self, *, minutes: float, steps: int) -> None:
        self._started = time.monotonic()
        self._seconds = minutes * 60
        self._steps = steps
        self.done = 0

    def share(self) -> float:
        return max(self.done / self._steps, (time.monotonic() - self._started) / self._seconds)


def train_epochs(
    model: Any,
    examples: list[Example],
    held_out: list[Example],
    arguments: argparse.Namespace,
    pad_id: int,
) -> int:
    """Train until the epochs or the minutes are over; the best epoch's weights stay."""
    rng = random.Random(arguments.seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=arguments.learning_rate)
    per_epoch = len(batches(examples, tokens=arguments.batch_tokens, rng=rng))
    clock = Clock(minutes=arguments.minutes, steps=arguments.epochs * per_epoch)
    metric = "accuracy" if model.config.num_labels > 1 else "mean absolute error"
    best, kept = float("inf"), {}
    for epoch in range(1, arguments.epochs + 1):
        for line in _steps(model, optimizer, examples, clock, arguments, pad_id, rng):
            say(f"epoch {epoch}  {line}")
        loss, quality = held_out_loss(model, held_out, pad_id)
        say(f"epoch {epoch}  held-out loss {loss:.4f}  {metric} {quality:.3f}")
        if loss < best:
            best = loss
            kept = {name: value.clone() for name, value in model.state_dict().items()}
        if clock.share() >= 1.0:
            break
    model.load_state_dict(kept)
    return clock.done


def _steps(
    model: Any,
    optimizer: torch.optim.Optimizer,
    examples: list[Example],
    clock: Clock,
    arguments: argparse.Namespace,
    pad_id: int,
    rng: random.Random,
) -> Iterator[str]:
    """One epoch; yields a line every few seconds."""
    reported = time.monotonic()
    model.train()
    for batch in batches(examples, tokens=arguments.batch_tokens, rng=rng):
        share = clock.share()
        if share >= 1.0:
            return
        rate = share / WARM_UP if share < WARM_UP else (1.0 - share) / (1.0 - WARM_UP)
        for group in optimizer.param_groups:
            group["lr"] = arguments.learning_rate * max(rate, 0.01)
        targets = torch.tensor([one.target for one in batch])
        loss = loss_of(outputs(model, batch, pad_id), targets)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        clock.done += 1
        if time.monotonic() - reported > REPORT_SECONDS:
            reported = time.monotonic()
            yield f"{share:4.0%}  step {clock.done}  loss {loss.item():.4f}"


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base", type=Path, required=True, help="the model's folder")
    parser.add_argument("--train", type=Path, required=True, help="the task's train split (JSONL)")
    parser.add_argument("--task-kind", choices=KINDS, required=True)
    parser.add_argument("--labels", default="", help="the task's labels, set apart by commas")
    parser.add_argument("--out", type=Path, required=True, help="folder, usually …/tasks/<slug>")
    parser.add_argument("--minutes", type=float, default=1.0, help="for training at most (1)")
    parser.add_argument("--epochs", type=int, default=4, help="at most (4)")
    parser.add_argument("--max-length", type=int, default=128, help="tokens of a text (128)")
    parser.add_argument("--batch-tokens", type=int, default=1024, help="in a step (1024)")
    parser.add_argument("--learning-rate", type=float, default=2e-4, help="at its highest (2e-4)")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads (2)")
    parser.add_argument("--seed", type=int, default=0, help="of all randomness (0)")
    return parser.parse_args()


def main() -> None:
    arguments = parse()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    train = read_train(arguments.train, arguments.task_kind, arguments.labels)
    tokenizer, model = read_base(arguments.base, train)
    positions = getattr(model.config, "max_position_embeddings", arguments.max_length)
    longest = min(arguments.max_length, tokenizer.model_max_length, positions)
    encoded = tokenizer(train.texts, truncation=True, max_length=longest).input_ids
    examples = [Example(ids, target) for ids, target in zip(encoded, train.targets, strict=True)]
    random.Random(arguments.seed).shuffle(examples)
    apart = max(1, round(len(examples) * HELD_OUT))
    say(f"{len(examples) - apart:,} rows to train on, {apart:,} held out")
    started = time.monotonic()
    steps = train_epochs(
        model, examples[apart:], examples[:apart], arguments, tokenizer.pad_token_id
    )
    seconds = time.monotonic() - started
    model.save_pretrained(arguments.out)
    tokenizer.save_pretrained(arguments.out)
    declare(
        arguments.out,
        format="transformers",
        description=f"Head for {arguments.out.name}, fine-tuned with all weights, {steps} steps.",
        base_model=f"The folder {arguments.base.name}.",
        training_data=f"The train split for {arguments.out.name}, {len(examples):,} rows.",
        training_time=f"{seconds:.0f} seconds of fine-tuning for {arguments.out.name}.",
        compute=f"{arguments.threads} CPU threads.",
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
