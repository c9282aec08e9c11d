"""A text for each text: the likeliest tokens one by one, up to a stop text or a bound."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from ..config import TaskConfig
from ..formats.base import Purpose
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

    Items are cut so that ``most`` new tokens fit beside them; a model with room for few more than
    these gives half of it to each.
    """
    limit, bound = job.task.max_length, job.model.most_tokens
    if bound is not None:
        most = min(most, max(bound // 2, bound - limit))
        limit = max(1, min(limit, bound - most))
    encoded = job.encode(items, max_length=limit)
    for indices in job.batches(encoded, items):
        batch = [encoded.examples[index] for index in indices]
        found = job.guarded(partial(job.model.generate, batch, most=most))
        for index, ids in zip(indices, found, strict=True):
            yield index, cut(job.model.text.decode(ids), stop)


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
