"""Task kinds by (kind, track), found by registration."""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Protocol, TypeVar

from ..errors import Code, RunnerError
from ..job import Job


class Purpose(Enum):
    """Which part of a folder a task needs. Tasks that share folder and purpose share a model."""

    HEAD = "head"
    ENCODER = "encoder"


class Kind(Protocol):
    """What a task's kind and track ask of a model."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The input's texts in their order."""

    def purpose(self, has_pair_head: Callable[[], bool]) -> Purpose:
        """What to load; ``has_pair_head`` looks into the task's folder."""

    def predict(self, job: Job) -> Iterator[str]:
        """The lines of ``predictions.jsonl``. Raises ``RunnerError``."""


KINDS: dict[tuple[str, str], Kind] = {}
AnyKind = TypeVar("AnyKind", bound=type[Kind])


def register(kind: str, track: str) -> Callable[[AnyKind], AnyKind]:
    """Class decorator: the class serves tasks of this kind and track."""

    def keep(cls: AnyKind) -> AnyKind:
        KINDS[kind, track] = cls()
        return cls

    return keep


def find_kind(kind: str, track: str) -> Kind:
    """Raises ``internal``: the platform names only kinds that exist."""
    try:
        return KINDS[kind, track]
    except KeyError:
        raise RunnerError(Code.INTERNAL, f"no kind {kind} on the track {track}") from None
