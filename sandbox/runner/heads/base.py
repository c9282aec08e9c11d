"""Heads by name, found by registration: what a kind of task asks of a model.

A task names its head and its track; on the probe track every kind asks for embeddings.
"""

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..formats.base import Purpose
from ..job import Job


class Head(Protocol):
    """What a task asks of a model, and how its outputs become answers."""

    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        """What to load; ``has_pair_head`` looks into the task's folder."""

    def predict(self, job: Job) -> Iterator[str]:
        """The lines of ``predictions.jsonl``. Raises ``RunnerError``."""


HEADS: dict[str, Head] = {}
AnyHead = TypeVar("AnyHead", bound=type[Head])
_BY_TRACK = {"probe": "embedding", "finetune": "finetune", "prompt": "prompt"}


def register(name: str) -> Callable[[AnyHead], AnyHead]:
    """Class decorator: the class serves tasks whose head has this name."""

    def keep(cls: AnyHead) -> AnyHead:
        HEADS[name] = cls()
        return cls

    return keep


def find_head(task: TaskConfig) -> Head:
    """Raises ``internal``: the platform names only heads that exist."""
    try:
        return HEADS[_BY_TRACK.get(task.track, task.head)]
    except KeyError:
        raise RunnerError(Code.INTERNAL, f"no head {task.head} on the track {task.track}") from None
