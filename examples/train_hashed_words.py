"""Train a linear model over hashed words: a submission that brings its own code.

The folder gets weights.npz and the code of examples/hashed_words, which reads it in the sandbox.
The competition must allow the format "python". The weights are for one task: write the folder to
<submission>/tasks/<task-slug>, or to a submission of its own where the competition has one task.

    python examples/train_hashed_words.py --train train.jsonl --labels negative,positive \\
        --out hashed
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from shared import KINDS, Train, declare, read_train, say

CODE = Path(__file__).resolve().parent / "hashed_words"
sys.path.insert(0, str(CODE))

from features import BUCKETS, feature_ids  # noqa: E402 - the submission's own code

RATE = 0.5
HELD_OUT = 0.1

Array = NDArray[np.float32]
Row = tuple[list[int], float]


class Linear:
    """A linear model fitted row by row with AdaGrad: each weight has a rate of its own."""

    def __init__(self, train: Train) -> None:
        self.classes = len(train.labels)
        self.weights = np.zeros((BUCKETS, train.outputs), dtype=np.float32)
        self.bias = np.zeros(train.outputs, dtype=np.float32)
        self._seen = np.full((BUCKETS, train.outputs), 1e-6, dtype=np.float32)
        if not self.classes:
            self.bias += np.float32(np.mean(train.targets))

    def scores(self, ids: list[int]) -> Array:
        total = self.weights[ids].sum(axis=0) / max(1.0, len(ids) ** 0.5) + self.bias
        return np.asarray(total, dtype=np.float32)

    def learn(self, ids: list[int], target: float) -> None:
        """One step down the log loss of the classes, or the squared error of the value."""
        slope = (self._slope(ids, target) / max(1.0, len(ids) ** 0.5))[None, :]
        self._seen[ids] += slope**2
        self.weights[ids] -= RATE * slope / np.sqrt(self._seen[ids])

    def _slope(self, ids: list[int], target: float) -> Array:
        numbers = self.scores(ids)
        if not self.classes:
            return numbers - np.float32(target)
        powers = np.exp(numbers - numbers.max())
        probs = powers / powers.sum()
        probs[int(target)] -= 1
        return np.asarray(probs, dtype=np.float32)


def fit(train: Train, *, epochs: int, seed: int) -> Linear:
    """A tenth is held out to see how well it goes, then all rows are learned."""
    rows = [
        (feature_ids(text), target) for text, target in zip(train.texts, train.targets, strict=True)
    ]
    rng = random.Random(seed)
    rng.shuffle(rows)
    split = int(len(rows) * HELD_OUT)
    say(quality(passes(Linear(train), rows[split:], epochs, rng), rows[:split]))
    return passes(Linear(train), rows, epochs, rng)


def passes(model: Linear, rows: list[Row], epochs: int, rng: random.Random) -> Linear:
    for _ in range(epochs):
        for ids, target in rng.sample(rows, len(rows)):
            model.learn(ids, target)
    return model


def quality(model: Linear, rows: list[Row]) -> str:
    """What the held-out rows say."""
    if not rows:
        return "too few rows to hold any out"
    found = [model.scores(ids) for ids, _ in rows]
    if model.classes:
        right = [int(one.argmax()) == target for one, (_, target) in zip(found, rows, strict=True)]
        return f"accuracy on held-out rows: {np.mean(right):.3f}"
    errors = [float(one[0]) - target for one, (_, target) in zip(found, rows, strict=True)]
    return f"root mean squared error on held-out rows: {np.sqrt(np.mean(np.square(errors))):.3f}"


def write(folder: Path, model: Linear, train: Train) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        folder / "weights.npz",
        weights=model.weights.astype(np.float16),
        bias=model.bias,
        labels=np.array(train.labels, dtype=str),
    )
    for path in sorted(CODE.glob("*.py")):
        shutil.copy(path, folder / path.name)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--train", type=Path, required=True, help="the task's train split")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    parser.add_argument("--task-kind", choices=KINDS, default=KINDS[0])
    parser.add_argument("--labels", default="", help="the task's labels, set apart by commas")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def main() -> None:
    arguments = parse()
    train = read_train(arguments.train, arguments.task_kind, arguments.labels)
    say(f"{len(train.texts)} rows")
    started = time.monotonic()
    model = fit(train, epochs=arguments.epochs, seed=arguments.seed)
    write(arguments.out, model, train)
    declare(
        arguments.out,
        format="python",
        description="A linear model over hashed words and pairs of words, with its own code.",
        base_model="none, trained from nothing",
        training_data=f"{len(train.texts)} rows of a train split",
        training_time=f"{time.monotonic() - started:.0f} seconds",
        compute="1 CPU core",
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
