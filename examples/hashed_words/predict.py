"""A linear model over hashed words: the code of a submission of the format ``python``.

The platform imports this file from the submission's folder, calls ``load`` once for each task and
then ``predict`` for batches of its rows, all inside a sandbox without a network.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from features import feature_ids

model: dict[str, Any] = {}


def load(model_dir: str, task: dict[str, Any]) -> None:
    """Read the weights, which are for one task: another one's labels would mean nothing."""
    with np.load(Path(model_dir) / "weights.npz") as stored:
        model.update({name: stored[name] for name in stored.files})
    if task["labels"] != model["labels"].tolist() or task["track"] != "predict":
        raise ValueError(f"trained for the labels {model['labels'].tolist()}, not for this task")


def predict(batch: list[dict[str, str]]) -> list[dict[str, Any]]:
    """One answer for each row of the batch, in its order."""
    return [answer(scores(row["text"])) for row in batch]


def scores(text: str) -> np.ndarray:
    """One number a label (one in all where the task asks for a value)."""
    found = feature_ids(text)
    total = model["weights"][found].astype(np.float64).sum(axis=0)
    return np.asarray(total / max(1.0, len(found) ** 0.5) + model["bias"])


def answer(numbers: np.ndarray) -> dict[str, Any]:
    """The prediction row without its id."""
    if not len(model["labels"]):
        return {"value": numbers[0]}
    powers = np.exp(numbers - numbers.max())
    probs = powers / powers.sum()
    return {"label": model["labels"][probs.argmax()], "probs": probs}
