"""Public rows that every submission meets first, and what may be shown of its answers to them.

They are the kind's samples, the same for everybody, and some rows of the task's public train
split. For those the right answers are public too, so a participant sees a score, a confusion
matrix and what the model looks at, long before the board says anything.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from common import blobs
from competitions.blinding import PERTURBED, TEST, blind_id
from competitions.dataset_rows import TrainRow, train_row
from competitions.kinds import get_kind
from competitions.kinds.base import Modality
from competitions.kinds.shapes import Shape
from competitions.kinds.tracks import PREDICT, PROMPT
from competitions.kinds.values import ClassAnswer
from competitions.models import Task
from competitions.robustness import copies
from scoring.metrics import get_metric
from submissions.models import Run

PRACTICE_ROWS = 64
MOST_CLASSES = 30
_ANSWERED_TRACKS = (PREDICT, PROMPT)


def sample_rows(task: Task, part: str) -> Iterable[dict[str, Any]]:
    """Return the rows of a rehearsal as ``{"id", "input"}``, with ids of their own in each part.

    Perturbed ones stand beside them as beside hidden rows, so that a program can't tell a rehearsal
    by their absence; no score is made of them. A table's columns are the task's own: generic
    samples would only say that they are others.
    """
    kind = get_kind(task.kind)
    if part == PERTURBED:
        made = copies(sample_rows(task, TEST), kind=kind, task=task.slug, key="")
        return [{"id": copy.id, "input": dict(copy.input)} for copy in made]
    practice = practice_rows(task) if part == TEST else []
    rows = [{"id": f"{part}-{number}", "input": each} for number, each in enumerate(kind.samples)]
    if kind.modality is Modality.TABLE and has_train(task):
        rows = []
    return [*rows, *({"id": row.id, "input": dict(row.input)} for row in practice)]


def has_train(task: Task) -> bool:
    """Tell whether the task has public rows with answers."""
    return task.dataset is not None and bool(task.dataset.train_sha256)


def practice_rows(task: Task) -> list[TrainRow]:
    """Return up to ``PRACTICE_ROWS`` rows of the train split, evenly spread, with practice ids."""
    dataset = task.dataset
    if dataset is None or not dataset.train_sha256:
        return []
    kind = get_kind(task.kind)
    step = max(1, dataset.train_rows // PRACTICE_ROWS)
    with blobs.inputs.open(dataset.train_sha256) as stream:
        lines = (line for line in stream if line.strip())
        chosen = itertools.islice(lines, 0, step * PRACTICE_ROWS, step)
        rows = [train_row(json.loads(line), kind=kind, labels=task.classes) for line in chosen]
    return [TrainRow(f"practice-{n}", row.input, row.label) for n, row in enumerate(rows)]


def practised(run: Run, task: Task, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what answers to practice rows (by blinded id) show; empty where none was asked.

    ``value`` is the task's metric over them. ``confusion`` counts rows by true class and by
    answer: one list a class, with a last column for rows without an answer.
    """
    if task.track not in _ANSWERED_TRACKS:
        return {}
    rows = practice_rows(task)
    kind = get_kind(task.kind)
    if kind.is_scored is not None:
        rows = [row for row in rows if kind.is_scored(row.label)]
    if not rows or kind.shape is Shape.RANKING:
        return {}
    given = [answers.get(blinded(run, task, row.id)) for row in rows]
    gold = [row.label for row in rows]
    value = get_metric(task.metric).value(gold, given, classes=task.classes)
    found: dict[str, Any] = {"rows": len(rows), "value": value}
    if kind.shape is Shape.CLASS and len(task.classes) <= MOST_CLASSES:
        found["confusion"] = _confusion(gold, given, task.classes)
    return found


def blinded(run: Run, task: Task, row_id: str) -> str:
    """Return the id that a row of the rehearsal had in the sandbox."""
    return blind_id(key=run.key, task=task.slug, part=TEST, row_id=row_id)


def _confusion(
    gold: Sequence[Any], given: Sequence[ClassAnswer | None], classes: Sequence[str]
) -> list[list[int]]:
    place = {name: number for number, name in enumerate(classes)}
    counts = [[0] * (len(classes) + 1) for _ in classes]
    for label, answer in zip(gold, given, strict=True):
        column = len(classes) if answer is None else place[answer.label]
        counts[place[label]][column] += 1
    return counts
