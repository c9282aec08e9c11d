"""Train a small Transformer-XL for one task, as a PyTorch Hub folder (format torch).

The competition must allow the format "torch". For text_generation the network learns to go on
after a text with its first reference, for text_classification to name a class at a text's end.
transformers no longer has this architecture: the network lies in transformer_xl/ and is copied
into the folder, with an entry, weights and a tokenizer of the train split's own words.

    python examples/train_transformer_xl.py --train train.jsonl --task-kind text_generation \\
        --out entries/xl/tasks/<task-slug>
    python examples/train_transformer_xl.py --train train.jsonl --task-kind text_classification \\
        --labels negative,positive --out entries/xl/tasks/<task-slug>
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from shared import declare, say, stop
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from torch import nn

HERE = Path(__file__).resolve().parent / "transformer_xl"
sys.path.insert(0, str(HERE))

from network import Sizes, TransformerXL  # noqa: E402 - it lies in a folder of its own

KINDS = ("text_generation", "text_classification")
PAD, UNKNOWN, START, END = "[PAD]", "[UNK]", "[GO]", "</s>"
BATCH = 16
LONGEST = 256
IGNORED = -100


@dataclass(frozen=True)
class Row:
    """A text and what follows: another text, or the number of a class."""

    text: str
    target: str | int


def read_rows(path: Path, labels: Sequence[str]) -> list[Row]:
    """JSON Lines ``{"input": {"text"}, "label"}``."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{path}: {error}")
    rows = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                rows.append(read_row(line, labels))
            except (ValueError, KeyError, TypeError, IndexError) as error:
                stop(f"{path}, line {number}: not a train row of this kind ({error})")
    if not rows:
        stop(f"{path} is empty")
    return rows


def read_row(line: str, labels: Sequence[str]) -> Row:
    """Of several references the first counts."""
    row = json.loads(line)
    label = row["label"][0] if isinstance(row["label"], list) else row["label"]
    return Row(str(row["input"]["text"]), labels.index(label) if labels else str(label))


def new_tokenizer(rows: Sequence[Row], size: int) -> Tokenizer:
    """Pieces of bytes; every text ends with a sign to go on."""
    core = Tokenizer(models.BPE(unk_token=UNKNOWN))
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    core.decoder = decoders.ByteLevel()
    texts = [part for row in rows for part in (row.text, row.target) if isinstance(part, str)]
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[PAD, UNKNOWN, START, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    core.train_from_iterator(texts, trainer=trainer)
    core.post_processor = processors.TemplateProcessing(
        single=f"$A {START}", special_tokens=[(START, core.token_to_id(START))]
    )
    return core


def example(row: Row, tokens: Tokenizer) -> tuple[list[int], list[int]]:
    """Ids, and what is to be said at each of them: nothing but after the sign to go on."""
    ids = tokens.encode(row.text).ids[-LONGEST:]
    if isinstance(row.target, int):
        return ids, [row.target]
    said = [*tokens.encode(row.target, add_special_tokens=False).ids, tokens.token_to_id(END)]
    return ids + said[:-1], [IGNORED] * (len(ids) - 1) + said


def loss_of(model: TransformerXL, batch: Sequence[tuple[list[int], list[int]]]) -> torch.Tensor:
    ids = nn.utils.rnn.pad_sequence([torch.tensor(one) for one, _ in batch], batch_first=True)
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(one)) for one, _ in batch], batch_first=True)
    wanted = nn.utils.rnn.pad_sequence(
        [torch.tensor(said) for _, said in batch], batch_first=True, padding_value=IGNORED
    )
    logits = model(ids, mask.long())
    return nn.functional.cross_entropy(
        logits.flatten(0, -2), wanted.flatten(), ignore_index=IGNORED
    )


def train(model: TransformerXL, examples: list[tuple[list[int], list[int]]], minutes: float) -> int:
    """Batches of similar lengths in a random order until the time is over; returns their number."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    rng = random.Random(0)
    until, steps = time.monotonic() + minutes * 60, 0
    ordered = sorted(examples, key=lambda one: len(one[0]))
    batches = [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]
    while time.monotonic() < until:
        rng.shuffle(batches)
        for batch in batches:
            left = (until - time.monotonic()) / (minutes * 60)
            if left <= 0 and steps:
                break
            for group in optimizer.param_groups:
                group["lr"] = 1e-3 * max(0.02, min(1.0, 2 * left))
            loss = loss_of(model, batch)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            steps += 1
        say(f"step {steps}  loss {loss.item():.4f}")
    return steps


def write(folder: Path, model: TransformerXL, tokens: Tokenizer, labels: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("network.py", "hubconf.py"):
        shutil.copy(HERE / name, folder)
    (folder / "sizes.json").write_text(json.dumps(asdict(model.sizes)), encoding="utf-8")
    torch.save(model.state_dict(), folder / "weights.pt")
    tokens.save(str(folder / "tokenizer.json"))
    if labels:
        (folder / "labels.json").write_text(json.dumps(list(labels)), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--train", type=Path, required=True, help="the task's train split")
    parser.add_argument("--task-kind", choices=KINDS, required=True)
    parser.add_argument("--labels", default="", help="of text_classification, in the task's order")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    parser.add_argument("--minutes", type=float, default=1.0, help="for training (1)")
    parser.add_argument("--vocabulary", type=int, default=1000, help="pieces at most (1000)")
    parser.add_argument("--width", type=int, default=96, help="of a token's vector (96)")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads (2)")
    parser.add_argument("--seed", type=int, default=0, help="of all randomness (0)")
    arguments = parser.parse_args()
    labels = [name.strip() for name in arguments.labels.split(",") if name.strip()]
    if (arguments.task_kind == "text_classification") != (len(labels) > 1):
        stop("--labels must name two or more labels for text_classification, none otherwise")
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    rows = read_rows(arguments.train, labels)
    tokens = new_tokenizer(rows, arguments.vocabulary)
    sizes = Sizes(
        vocabulary=tokens.get_vocab_size(),
        width=arguments.width,
        heads=4,
        layers=2,
        segment=32,
        memory=64,
        classes=len(labels),
    )
    model = TransformerXL(sizes)
    steps = train(model, [example(row, tokens) for row in rows], arguments.minutes)
    write(arguments.out, model, tokens, labels)
    declare(
        arguments.out,
        format="torch",
        description=f"A small Transformer-XL for {arguments.task_kind}, by PyTorch Hub.",
        base_model="none",
        training_data=f"the train split in {arguments.train.name}, nothing else",
        training_time=f"{arguments.minutes:g} minutes, {steps} steps",
        compute=f"{arguments.threads} CPU threads",
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
