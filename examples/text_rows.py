"""Train splits of the kinds that train_text.py knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared import read_rows, stop

TEXTS = {
    "text_classification": ("text",),
    "text_multilabel": ("text",),
    "text_regression": ("text",),
    "pair_classification": ("text_a", "text_b"),
    "extractive_qa": ("question", "context"),
    "token_classification": ("words",),
}
"""The keys of an input that a model reads."""

_WITHOUT_LABELS = ("text_regression", "extractive_qa")


@dataclass(frozen=True, slots=True)
class Train:
    """``inputs`` are texts, pairs of texts or words; ``targets`` what the kind's head learns:
    class numbers in place of names. ``labels`` are the classes, or empty."""

    inputs: list[Any]
    targets: list[Any]
    labels: list[str]

    @property
    def outputs(self) -> int:
        """How many numbers a head gives."""
        return max(1, len(self.labels))

    @property
    def id2label(self) -> dict[int, str]:
        """Names of the head's outputs, which the platform maps to the task's labels."""
        return dict(enumerate(self.labels or ["value"]))

    def texts(self) -> list[str]:
        """All texts, for a tokenizer to learn from."""
        return [text for one in self.inputs for text in _parts(one)]


def _parts(one: Any) -> Sequence[str]:
    return (" ".join(one),) if isinstance(one, list) else one


def read_train(path: Path, kind: str, labels: str) -> Train:
    """Read JSON Lines ``{"id", "input", "label"}``; commas set ``labels`` apart."""
    names = [name.strip() for name in labels.split(",") if name.strip()]
    if (kind in _WITHOUT_LABELS) != (len(names) < 2):
        stop(f"--labels must name two or more labels, none for {' and '.join(_WITHOUT_LABELS)}")
    inputs, targets = [], []
    for number, row in enumerate(read_rows(path), start=1):
        try:
            inputs.append(_input(row["input"], kind))
            targets.append(_target(row["label"], kind, names))
        except (ValueError, KeyError, TypeError) as error:
            stop(f"{path}, line {number}: not a train row of this kind ({error})")
    return Train(inputs, targets, names)


def _input(given: dict[str, Any], kind: str) -> Any:
    if kind == "token_classification":
        return [str(word) for word in given["words"]]
    return tuple(str(given[name]) for name in TEXTS[kind])


def _target(label: Any, kind: str, names: list[str]) -> Any:
    if kind == "text_multilabel":
        chosen = {names.index(name) for name in label}
        return [float(number in chosen) for number in range(len(names))]
    if kind == "token_classification":
        return [names.index(tag) for tag in label]
    if kind == "extractive_qa":
        return [str(answer) for answer in label]
    return float(label) if kind == "text_regression" else names.index(label)
