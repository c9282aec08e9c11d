"""What the heads of train_text.py learn from: rows of a train split as tokens with targets.

Words and answers are found in the tokens by their characters, as the platform finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import transformers
from text_rows import Train

IGNORED = -100


@dataclass(frozen=True, slots=True)
class Example:
    """One row as tokens. ``target`` is a class number, a value, a list of 0 and 1 for classes, a
    class for each token, or the first and last token of an answer."""

    ids: list[int]
    types: list[int]
    target: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """``auto`` makes the model, ``problem`` is how transformers calls what it learns."""

    auto: Any
    problem: str | None
    examples: Callable[[Train, Any, int], list[Example]]
    quality: str


def _whole_texts(train: Train, tokenizer: Any, longest: int) -> list[Example]:
    encoded = _encoded(train.inputs, tokenizer, longest)
    rows = zip(encoded.input_ids, encoded.token_type_ids, train.targets, strict=True)
    return [Example(*row) for row in rows]


def _encoded(inputs: Sequence[Any], tokenizer: Any, longest: int) -> Any:
    columns = [list(column) for column in zip(*inputs, strict=True)]
    return tokenizer(
        *columns,
        truncation="longest_first" if len(columns) == 1 else "only_second",
        max_length=longest,
        return_token_type_ids=True,
        return_offsets_mapping=True,
    )


def _words(train: Train, tokenizer: Any, longest: int) -> list[Example]:
    """Each word's class stands at its first token."""
    texts = [(" ".join(words),) for words in train.inputs]
    encoded = _encoded(texts, tokenizer, longest)
    examples = []
    for number, (words, classes) in enumerate(zip(train.inputs, train.targets, strict=True)):
        offsets = encoded.offset_mapping[number]
        targets = [IGNORED] * len(offsets)
        start = 0
        for word, its_class in zip(words, classes, strict=True):
            if places := _overlapping(offsets, start, start + len(word)):
                targets[places[0]] = its_class
            start += len(word) + 1
        examples.append(Example(encoded.input_ids[number], encoded.token_type_ids[number], targets))
    return examples


def _overlapping(offsets: Sequence[tuple[int, int]], start: int, stop: int) -> list[int]:
    """Tokens that hold some of the characters from ``start`` to ``stop``."""
    return [place for place, (first, last) in enumerate(offsets) if first < stop and last > start]


def _answers(train: Train, tokenizer: Any, longest: int) -> list[Example]:
    """First and last token of the answer in the context; the first token of all for none."""
    encoded = _encoded(train.inputs, tokenizer, longest)
    examples = []
    for number, ((_, context), answers) in enumerate(zip(train.inputs, train.targets, strict=True)):
        found = (0, 0)
        start = context.find(answers[0]) if answers else -1
        if start >= 0:
            found = _tokens_of(encoded, number, start, start + len(answers[0]))
        examples.append(Example(encoded.input_ids[number], encoded.token_type_ids[number], found))
    return examples


def _tokens_of(encoded: Any, number: int, start: int, stop: int) -> tuple[int, int]:
    """The tokens of a part of the context; (0, 0) where the context was cut before it."""
    parts = encoded.sequence_ids(number)
    offsets = encoded.offset_mapping[number]
    inside = [place for place in _overlapping(offsets, start, stop) if parts[place] == 1]
    return (inside[0], inside[-1]) if inside else (0, 0)


def tensors(batch: Sequence[Example], head: Head, tokenizer: Any) -> dict[str, torch.Tensor]:
    """What the model takes, with padding where its tokenizer has it, and the targets."""
    width = max(len(one.ids) for one in batch)
    left = tokenizer.padding_side == "left"

    def padded(rows: list[list[int]], filler: int) -> torch.Tensor:
        return torch.tensor(
            [
                [filler] * (width - len(row)) + row if left else row + [filler] * (width - len(row))
                for row in rows
            ]
        )

    found = {
        "input_ids": padded([one.ids for one in batch], tokenizer.pad_token_id),
        "attention_mask": padded([[1] * len(one.ids) for one in batch], 0),
    }
    if any(any(one.types) for one in batch):
        found["token_type_ids"] = padded([one.types for one in batch], 0)
    targets = [one.target for one in batch]
    if head.quality == "answers":
        found["start_positions"] = torch.tensor([first for first, _ in targets])
        found["end_positions"] = torch.tensor([last for _, last in targets])
    elif head.quality == "tags":
        found["labels"] = padded(targets, IGNORED)
    else:
        whole = head.problem == "single_label_classification"
        found["labels"] = torch.tensor(targets, dtype=torch.long if whole else torch.float)
    return found


def quality(output: Any, given: dict[str, torch.Tensor], head: Head) -> tuple[str, float]:
    """What a reader understands of a batch: a share that is right, or a mean error."""
    if head.quality == "answers":
        right = (output.start_logits.argmax(1) == given["start_positions"]) & (
            output.end_logits.argmax(1) == given["end_positions"]
        )
        return "whole answers", right.float().mean().item()
    labels, logits = given["labels"], output.logits
    if head.quality == "values":
        return "mean absolute error", (logits[:, 0] - labels).abs().mean().item()
    if head.quality == "sets":
        return "right decisions", ((logits > 0) == (labels > 0.5)).float().mean().item()
    known = labels != IGNORED
    return "accuracy", (logits.argmax(-1) == labels)[known].float().mean().item()


def _head(name: str, problem: str | None, examples: Any, measured: str) -> Head:
    auto = getattr(transformers, f"AutoModelFor{name}")
    return Head(auto=auto, problem=problem, examples=examples, quality=measured)


_CLASSES = _head("SequenceClassification", "single_label_classification", _whole_texts, "classes")
HEADS = {
    "text_classification": _CLASSES,
    "pair_classification": _CLASSES,
    "text_multilabel": _head(
        "SequenceClassification", "multi_label_classification", _whole_texts, "sets"
    ),
    "text_regression": _head("SequenceClassification", "regression", _whole_texts, "values"),
    "token_classification": _head("TokenClassification", None, _words, "tags"),
    "extractive_qa": _head("QuestionAnswering", None, _answers, "answers"),
}
