"""A text for each text: the likeliest tokens one by one, up to a stop text or a bound."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from ..config import TaskConfig
from ..formats.base import Encoded, Features, Purpose
from ..items import Item
from ..job import Job
from ..predictions import answer_line
from .base import register

LONGEST = 10_000
"""Characters of a text; the platform takes none that is longer."""


def generated(
    job: Job, items: Sequence[Item], *, most: int, stop: Sequence[str]
) -> Iterator[tuple[int, str]]:
    """(index, text) of each item, cut at the first of ``stop`` and stripped of spaces at its ends.

    Items are cut so that ``most`` new tokens fit beside them: see ``room_for``.
    """
    limit, most = room_for(job, most)
    encoded = job.encode(items, max_length=limit, places=not job.model.answers_apart)
    for indices in job.batches(encoded, items):
        batch = [_open_ended(encoded, index) for index in indices]
        found = job.guarded(partial(job.model.generate, batch, most=most))
        for index, ids in zip(indices, found, strict=True):
            yield index, cut(job.model.text.decode(ids), stop)


def room_for(job: Job, most: int) -> tuple[int, int]:
    """How many tokens an item may have and how many may be new. A model with room for few more than
    ``most`` gives half of it to each."""
    limit, bound = job.task.max_length, job.model.most_tokens
    if bound is None:
        return limit, most
    most = min(most, max(bound // 2, bound - limit))
    return max(1, min(limit, bound - most)), most


def _open_ended(encoded: Encoded, index: int) -> Features:
    """An example without what a tokenizer puts behind a text: a text that goes on has no end.

    An encoder gets it whole, and then nobody asked for places.
    """
    example = encoded.examples[index]
    if encoded.places is None:
        return example
    own = np.flatnonzero(encoded.places[index].parts >= 0)
    kept = int(own[-1]) + 1 if len(own) else 1
    return {name: values[:kept] for name, values in example.items()}


def cut(text: str, stop: Sequence[str]) -> str:
    """The text before the first stop text that occurs in it, no longer than ``LONGEST``."""
    ends = [place for place in (text.find(each) for each in stop if each) if place >= 0]
    return text[: min(ends, default=len(text))].strip()[:LONGEST]


@register("generate")
class Generate:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.GENERATOR

    def predict(self, job: Job) -> Iterator[str]:
        settings = job.task.settings
        most, stop = int(settings["max_new_tokens"]), settings["stop"]
        for index, text in generated(job, job.items(), most=most, stop=stop):
            yield answer_line(job.rows[index].id, {"text": text})
