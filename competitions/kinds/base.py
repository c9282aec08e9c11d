"""What a task kind fixes: the shape of inputs, labels and answers, per track.

A kind is data plus three checks. It knows nothing of files, models or scores, so that the admin,
the dataset check, the runner's tests and the scorer all read the same schema.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

Label = str | float
# Typecode "d", one number per dimension: 8 bytes where a list would take 32.
Embedding: TypeAlias = "array[float]"


class LabelType(StrEnum):
    """What a label is: one of the task's classes, or a finite number."""

    CLASS = "class"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class ClassAnswer:
    """A predicted class; ``probabilities`` follow the order of the task's labels."""

    label: str
    probabilities: tuple[float, ...] | None = None


Answer: TypeAlias = "ClassAnswer | float | array[float]"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSchema:
    """One prediction row beside its id.

    ``parse(row, labels)`` takes the object without ``"id"`` and raises RowInvalid.
    """

    required: Mapping[str, str]
    optional: Mapping[str, str]
    parse: Callable[[Mapping[str, object], Sequence[str]], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Rows as they lie in the files, for documentation and forms."""

    input: Mapping[str, Any]
    label: Mapping[str, Any]
    answers: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskKind:
    """One kind of task.

    ``check_input(value)`` and ``check_label(value, labels)`` return what they were given, typed,
    or raise RowInvalid. ``answers`` maps each track to its prediction row. The first metric of
    ``metrics`` is the one a form proposes. ``samples`` are public inputs, the same for everybody,
    over which every submission is tried first: short, long, empty of meaning, not only English.
    """

    slug: str
    title: str
    description: str
    label_type: LabelType
    metrics: tuple[str, ...]
    check_input: Callable[[object], dict[str, str]]
    check_label: Callable[[object, Sequence[str]], Label]
    answers: Mapping[str, AnswerSchema]
    examples: Examples
    samples: tuple[Mapping[str, str], ...]

    @property
    def tracks(self) -> tuple[str, ...]:
        """The tracks that this kind can be run in."""
        return tuple(self.answers)
