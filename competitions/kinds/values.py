"""Labels and answers that are more than a text or a number. All are immutable."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Any, TypeAlias

# Typecode "d", one number per dimension: 8 bytes where a list would take 32.
Embedding: TypeAlias = "array[float]"


@dataclass(frozen=True, slots=True)
class ClassAnswer:
    """A predicted class; ``probabilities`` follow the order of the task's classes."""

    label: str
    probabilities: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class ClassSetAnswer:
    """Predicted classes without repetition; ``scores`` follow the order of the task's classes."""

    labels: tuple[str, ...]
    scores: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class SpanAnswer:
    """An answer, empty for none; ``no_answer_probability`` lies within 0 and 1."""

    text: str
    no_answer_probability: float | None = None


@dataclass(frozen=True, slots=True)
class Boxes:
    """Objects of one image: ``boxes`` are (x, y, width, height) in pixels from the top left."""

    boxes: tuple[tuple[float, float, float, float], ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoxesAnswer:
    """Found objects; ``scores`` within 0 and 1, one for each box."""

    boxes: tuple[tuple[float, float, float, float], ...]
    labels: tuple[str, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """The pixels of one class as uncompressed COCO run lengths: column by column, alternating
    outside and inside, beginning outside.

    ``packed`` are the run lengths, 4 bytes each: a file of answers has millions of them.
    """

    label: str
    packed: bytes

    @property
    def counts(self) -> array[int]:
        """The run lengths; they add up to the number of pixels."""
        return array("I", self.packed)


@dataclass(frozen=True, slots=True)
class Regions:
    """Disjoint regions of one image of ``height`` x ``width`` pixels; other pixels have none."""

    height: int
    width: int
    regions: tuple[Region, ...]


@dataclass(frozen=True, slots=True)
class RankedItems:
    """Items, the best first, without repetition."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contacts:
    """Touching pairs i < j (counted from 0) of a sequence of ``length`` places."""

    length: int
    pairs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ContactsAnswer:
    """Predicted pairs without repetition: ``places`` are i and j of one pair after the other,
    i < j; ``probabilities`` lie within 0 and 1, one for each pair."""

    places: array[int]
    probabilities: array[float]


@dataclass(frozen=True, slots=True)
class SeedAnswers:
    """One answer for each seed of a fine-tuning, in the order of the seeds."""

    answers: tuple[Any, ...]
