"""Which stored scores count now. Whether they may be told is the caller's question."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from scoring.models import TaskScore


def present_task_scores(
    submissions: Sequence[uuid.UUID], split: str
) -> dict[tuple[uuid.UUID, int], TaskScore]:
    """Return the scores that count now on one split, by submission and task.

    They belong to the task's present dataset; of several scorer versions the last one counts.
    """
    scores = TaskScore.objects.filter(submission__in=submissions, split=split)
    present = scores.select_related("task").order_by("created_at", "pk")
    return {
        (score.submission_id, score.task_id): score
        for score in present
        if score.dataset_id == score.task.dataset_id
    }
