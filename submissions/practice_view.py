"""What pages show of answers to public rows: a confusion matrix, and what spoke for answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from competitions.kinds import get_kind
from competitions.kinds.base import Modality
from competitions.kinds.tracks import PREDICT
from competitions.models import Task

SHADES = 4
_EXPLAINED_FORMAT = "transformers"
_EXPLAINED_HEADS = ("classes", "class_sets", "number", "items")
_STRONGEST = 3
_LEAST = 0.05
_AREAS = (
    ("at the top left", "at the top", "at the top right"),
    ("on the left", "in the middle", "on the right"),
    ("at the bottom left", "at the bottom", "at the bottom right"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Rows of one class with one answer; ``shade`` (0 to 4) is their share of the class."""

    count: int
    shade: int
    is_hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRow:
    """One class: its cells by answer (the last for none), and the share that is right."""

    name: str
    cells: tuple[Cell, ...]
    rows: int
    right: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """The most frequent one: ``count`` of ``rows`` rows of a class were answered as another.

    ``answer`` is empty where they had no answer.
    """

    name: str
    answer: str
    count: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """``has_missing`` tells whether the last column holds anything."""

    classes: tuple[str, ...]
    rows: tuple[ClassRow, ...]
    has_missing: bool
    mistake: Mistake | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One row: ``tokens`` with their scores, or a ``grid`` of scores over an image.

    Scores lie within -1 and 1. ``image`` names an image of the train split, if it is one;
    ``most_for`` and ``most_against`` say the strongest parts in words.
    """

    answer: str
    told: str
    tokens: tuple[tuple[str, float], ...]
    grid: tuple[tuple[float, ...], ...]
    image: str
    most_for: str
    most_against: str


def confusion_of(counts: Sequence[Sequence[int]], classes: Sequence[str]) -> Confusion:
    """Arrange counts by true class and by answer, with a last column for no answer."""
    has_missing = any(row[-1] for row in counts)
    shown = [row if has_missing else row[:-1] for row in counts]
    rows = [_class_row(classes[place], row, place) for place, row in enumerate(shown)]
    return Confusion(
        classes=tuple(classes),
        rows=tuple(rows),
        has_missing=has_missing,
        mistake=_worst_mistake(counts, classes),
    )


def explained_rows(stored: Iterable[Mapping[str, Any]], task: Task) -> list[Explained]:
    """Return explanations of a task's public rows, in the order in which they are stored."""
    sees = get_kind(task.kind).modality is Modality.IMAGE
    samples = get_kind(task.kind).sample_files
    own = samples().keys() if samples is not None else frozenset[str]()
    return [_explained(each, sees and each["input"] not in own) for each in stored]


def why_unexplained(task: Task, submission_format: str) -> str:
    """Say why a model shows no parts of rows where one of another format would; else nothing."""
    could = task.track == PREDICT and get_kind(task.kind).head in _EXPLAINED_HEADS
    if not could or submission_format == _EXPLAINED_FORMAT:
        return ""
    return (
        "Which parts of a row speak for its answer is shown of models of the format transformers: "
        "the platform follows their gradients."
    )


def _class_row(name: str, counts: Sequence[int], place: int) -> ClassRow:
    total = sum(counts)
    cells = tuple(
        Cell(count=count, shade=_shade(count, total), is_hit=column == place)
        for column, count in enumerate(counts)
    )
    return ClassRow(
        name=name, cells=cells, rows=total, right=counts[place] / total if total else None
    )


def _shade(count: int, total: int) -> int:
    """At least 1 where there are any."""
    return -(-SHADES * count // total) if total else 0


def _worst_mistake(counts: Sequence[Sequence[int]], classes: Sequence[str]) -> Mistake | None:
    """Of equally frequent ones the first by true class and by answer."""
    answers = (*classes, "")
    found = [
        Mistake(name=classes[at], answer=answers[column], count=count, rows=sum(row))
        for at, row in enumerate(counts)
        for column, count in enumerate(row)
        if column != at and count
    ]
    return max(found, key=lambda each: each.count, default=None)


def _explained(stored: Mapping[str, Any], has_image: bool) -> Explained:
    tokens = tuple((token, score) for token, score in stored.get("tokens", []))
    grid = tuple(tuple(row) for row in stored.get("grid", []))
    parts = [(f"“{token.strip()}”", score) for token, score in tokens] or _areas(grid)
    return Explained(
        answer=stored["answer"],
        told=stored["input"],
        tokens=tokens,
        grid=grid,
        image=stored["input"] if has_image else "",
        most_for=_strongest(parts, 1),
        most_against=_strongest(parts, -1),
    )


def _areas(grid: Sequence[Sequence[float]]) -> list[tuple[str, float]]:
    """Return the mean score of nine areas of an image, by the words for where they lie."""
    sums: dict[str, list[float]] = {}
    for at, row in enumerate(grid):
        for column, score in enumerate(row):
            name = _AREAS[3 * at // len(grid)][3 * column // len(row)]
            sums.setdefault(name, []).append(score)
    return [(name, sum(scores) / len(scores)) for name, scores in sums.items()]


def _strongest(parts: Iterable[tuple[str, float]], sign: int) -> str:
    """Name up to three parts that point in one direction, the strongest first."""
    found = [(name, sign * score) for name, score in parts if sign * score >= _LEAST]
    found.sort(key=lambda part: -part[1])
    return ", ".join(f"{name} {sign * score:.2f}" for name, score in found[:_STRONGEST]).replace(
        "-", "−"
    )
