"""Train rows as a model learns from them: what it is given, and what should come out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import Code, RunnerError
from ..formats.base import Encoded, Lesson
from ..items import Item, Words
from ..job import Job
from ..rows import Row, read_rows
from ..word_places import first_tokens
from .order import canonical, spread
from .recipe import Recipe

TRAIN = "train.jsonl"


def read_lessons(job: Job, recipe: Recipe) -> list[Lesson]:
    """The task's train split (the part that the recipe wants), in an order of its content.

    Raises ``bad_tokenizer``, ``internal``.
    """
    rows = read_rows(job.folder / TRAIN)
    keys = [item.key for item in replace(job, rows=rows).items()]
    order = canonical(keys, [_sortable(row.label) for row in rows])
    chosen = [rows[place] for place in spread(order, recipe.train_rows)]
    if not chosen:
        raise RunnerError(Code.INTERNAL, f"{TRAIN} holds no rows")
    taught = replace(job, rows=chosen)
    items = taught.items()
    encoded = taught.encode(items, places=job.task.head == "tags")
    index = {name: code for code, name in enumerate(job.task.labels)}
    try:
        return [
            _lesson(job.task.head, encoded, number, items[number], row, index)
            for number, row in enumerate(chosen)
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise RunnerError(Code.INTERNAL, f"{TRAIN}: a label that is none of the task's") from error


def _sortable(label: Any) -> tuple[float, str]:
    if isinstance(label, int | float):
        return float(label), ""
    return 0.0, json.dumps(label, sort_keys=True)


def _lesson(
    head: str, encoded: Encoded, number: int, item: Item, row: Row, index: Mapping[str, int]
) -> Lesson:
    at: NDArray[np.int64] | None = None
    targets: NDArray[Any]
    if head == "number":
        targets = np.array([float(row.label)], dtype=np.float64)
    elif head == "classes":
        targets = np.array([index[row.label]], dtype=np.int64)
    else:
        assert isinstance(item, Words) and encoded.places is not None
        tokens = first_tokens(item, encoded.places[number])
        codes = np.array([index[tag] for tag in row.label], dtype=np.int64)
        at, targets = tokens[tokens >= 0], codes[tokens >= 0]
    return Lesson(encoded.examples, number, encoded.costs[number], at, targets)


def standardised(lessons: Sequence[Lesson]) -> tuple[list[Lesson], float, float]:
    """The lessons with targets of mean 0 and deviation 1, and what these were (1 for none)."""
    numbers = np.concatenate([lesson.targets for lesson in lessons])
    mean, deviation = float(numbers.mean()), float(numbers.std()) or 1.0
    scaled = [replace(one, targets=(one.targets - mean) / deviation) for one in lessons]
    return scaled, mean, deviation
