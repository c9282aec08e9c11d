"""Scores one task of many submissions from kept codes: labels are read once."""

from __future__ import annotations

import hashlib

from common import blobs
from competitions.dataset_rows import read_labels
from competitions.kinds import get_kind
from competitions.models import Task
from scoring.coded import CodedInvalid, codes_suffice, from_bytes, rows_sha256
from scoring.coded_score import CodedRows
from scoring.metrics import get_metric
from scoring.resampling import KnownIntervals
from scoring.services.score_task import TaskResult, resample_scores, task_facts


class CodesScorer:
    """The labels of a task's dataset, ready for codes. ``task.dataset`` need not be the one that
    counts."""

    def __init__(self, task: Task) -> None:
        if task.dataset is None:
            raise ValueError(f"task {task.slug} has no dataset")
        with blobs.labels.open(task.dataset.labels_sha256) as stream:
            labels = read_labels(stream, kind=get_kind(task.kind), labels=task.classes)
        self._task, self._dataset = task, task.dataset
        self._rows = CodedRows(task_facts(task), labels)
        self._known = KnownIntervals()
        self._name = rows_sha256([row.id for row in labels], task.classes)

    def score(
        self, coded_sha256: str, *, predictions_id: int, predictions_sha256: str
    ) -> TaskResult:
        """Return what scoring the file itself would give.

        Raises:
            CodedInvalid: the codes are not whole, or not of these rows.
            FileNotFoundError: they are gone.
        """
        data = blobs.evidence.read(coded_sha256)
        if hashlib.sha256(data).hexdigest() != coded_sha256:
            raise CodedInvalid("codes are not those that were kept")
        scores = self._rows.score(from_bytes(data, rows=self._name))
        return TaskResult(
            task=self._task,
            scores=scores,
            resampled=resample_scores(
                task=self._task, dataset=self._dataset, scores=scores, known=self._known
            ),
            predictions_id=predictions_id,
            predictions_sha256=predictions_sha256,
        )


def codes_scorer(task: Task) -> CodesScorer | None:
    """Return a scorer of codes; None for a task whose scores rest on more than codes."""
    if not codes_suffice(get_kind(task.kind), get_metric(task.metric)):
        return None
    return CodesScorer(task)
