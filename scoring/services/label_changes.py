"""How many labels a rescoring changes, in all: which rows, or of which split, is told to nobody."""

from __future__ import annotations

from typing import Any

from common import blobs
from competitions.dataset_rows import LabelRow, read_labels
from competitions.kinds import get_kind
from competitions.models import DatasetVersion, Task
from scoring.models import Rescoring


def label_changes(rescoring: Rescoring) -> list[dict[str, Any]]:
    """Return ``{"task", "before", "after", "rows", "labels", "others"}`` of each task.

    ``before`` and ``after`` are numbers of dataset versions, ``labels`` counts rows with another
    label, ``others`` those with another group or other slices alone. Reads labels, so only score
    workers may call it.
    """
    targets = rescoring.targets.select_related("task", "dataset", "before")
    return [_changes(each.task, each.before, each.dataset) for each in targets]


def _changes(task: Task, before: DatasetVersion, after: DatasetVersion) -> dict[str, Any]:
    told = {
        "task": task.title,
        "before": before.number,
        "after": after.number,
        "rows": after.rows,
        "labels": 0,
        "others": 0,
    }
    if before.labels_sha256 == after.labels_sha256:
        return told
    old = {row.id: row for row in _rows(task, before)}
    pairs = [(old.get(row.id), row) for row in _rows(task, after)]
    labels = sum(was is None or was.label != row.label for was, row in pairs)
    others = sum(was is not None and was.label == row.label and was != row for was, row in pairs)
    return {**told, "labels": labels, "others": others}


def _rows(task: Task, version: DatasetVersion) -> list[LabelRow]:
    with blobs.labels.open(version.labels_sha256) as stream:
        return read_labels(stream, kind=get_kind(task.kind), labels=task.classes)
