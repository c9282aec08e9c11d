"""Nearest neighbours: the answer of the train rows that are most like a row.

The code of a submission of the format ``python`` that serves many tasks from one folder: each has
its train rows in ``<slug>.json`` beside this file. A task without them fails, the others count.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from features import scales_of, vector

NEAREST = 7
Near = list[tuple[Any, float]]
"""Labels of the nearest rows, each with how near it is."""

known: dict[str, Any] = {}


def load(model_dir: str, task: dict[str, Any]) -> None:
    """Read the task's train rows."""
    path = Path(model_dir) / f"{task['slug']}.json"
    if not path.is_file():
        raise FileNotFoundError(f"this submission has no rows for {task['slug']}")
    rows = json.loads(path.read_text(encoding="utf-8"))
    scales = scales_of(rows)
    known.clear()
    known.update(
        task=task,
        labels=[row["label"] for row in rows],
        scales=scales,
        vectors=np.stack([vector(row["input"], scales) for row in rows]),
        tags=_tags(rows) if task["kind"] == "token_classification" else {},
    )


def predict(batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One answer for each row of the batch."""
    kind = known["task"]["kind"]
    if kind == "token_classification":
        return [{"tags": [_tag(word) for word in row["words"]]} for row in batch]
    return [ANSWERS[kind](nearest(row), row) for row in batch]


def nearest(row: dict[str, Any]) -> Near:
    """By distance; the nearer, the more its label weighs."""
    distances = ((known["vectors"] - vector(row, known["scales"])) ** 2).sum(axis=1)
    order = np.argsort(distances, kind="stable")[:NEAREST]
    return [(known["labels"][place], 1.0 / (0.05 + float(distances[place]))) for place in order]


def _class(near: Near, _row: dict[str, Any]) -> dict[str, Any]:
    votes: defaultdict[Any, float] = defaultdict(float)
    for label, weight in near:
        votes[label] += weight
    total = sum(votes.values())
    probs = [votes[label] / total for label in known["task"]["labels"]]
    return {"label": max(votes, key=lambda label: votes[label]), "probs": probs}


def _class_set(near: Near, _row: dict[str, Any]) -> dict[str, Any]:
    total = sum(weight for _, weight in near)
    shares = [
        sum(weight for label, weight in near if name in label) / total
        for name in known["task"]["labels"]
    ]
    chosen = zip(known["task"]["labels"], shares, strict=True)
    return {"labels": [name for name, share in chosen if share >= 0.5], "scores": shares}


def _value(near: Near, _row: dict[str, Any]) -> dict[str, Any]:
    total = sum(weight for _, weight in near)
    return {"value": sum(label * weight for label, weight in near) / total}


def _text(near: Near, _row: dict[str, Any]) -> dict[str, Any]:
    return {"text": near[0][0][0]}


def _span(near: Near, row: dict[str, Any]) -> dict[str, Any]:
    """The first of the neighbours' answers that stands in the text."""
    answers = [label[0] for label, _ in near if label and label[0] in row["context"]]
    return {"answer": answers[0] if answers else ""}


def _items(near: Near, row: dict[str, Any]) -> dict[str, Any]:
    """What students with like histories rated, those of the own history left out."""
    grades: Counter[str] = Counter()
    for label, weight in near:
        for item, grade in label.items():
            grades[item] += grade * weight
    ranked = [item for item, _ in grades.most_common() if item not in row["history"]]
    return {"items": ranked[:100]}


def _tags(rows: list[dict[str, Any]]) -> dict[str, str]:
    """The tag that each word, and each ending of three letters, has most often."""
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for word, tag in zip(row["input"]["words"], row["label"], strict=True):
            seen[word][tag] += 1
            seen[f"…{word[-3:]}"][tag] += 1
    return {word: tags.most_common(1)[0][0] for word, tags in seen.items()}


def _tag(word: str) -> str:
    tags = known["tags"]
    return str(tags.get(word) or tags.get(f"…{word[-3:]}") or "O")


ANSWERS: dict[str, Callable[[Near, dict[str, Any]], dict[str, Any]]] = {
    "text_classification": _class,
    "pair_classification": _class,
    "tabular_classification": _class,
    "sequence_classification": _class,
    "text_multilabel": _class_set,
    "text_regression": _value,
    "tabular_regression": _value,
    "text_generation": _text,
    "extractive_qa": _span,
    "recommendation": _items,
}
