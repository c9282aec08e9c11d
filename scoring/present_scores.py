"""Which stored scores count now. Whether they may be told is the caller's question."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Q, QuerySet

from scoring.models import Rescoring, TaskScore

_BATCH = 500
# What a rescoring computed counts for nothing until it is published.
COUNTED = Q(rescoring=None) | Q(rescoring__state=Rescoring.State.PUBLISHED)


def counted_scores() -> QuerySet[TaskScore]:
    """Return scores that count, or did before others took their place."""
    return TaskScore.objects.filter(COUNTED)


def present_task_scores(
    submissions: Sequence[uuid.UUID], split: str
) -> dict[tuple[uuid.UUID, int], TaskScore]:
    """Return the scores that count now on one split, by submission and task.

    They belong to the task's present dataset; of several scorer versions the last one counts.
    """
    found: dict[tuple[uuid.UUID, int], TaskScore] = {}
    for start in range(0, len(submissions), _BATCH):
        some = submissions[start : start + _BATCH]
        scores = counted_scores().filter(submission__in=some, split=split)
        for score in scores.select_related("task__competition").order_by("created_at", "pk"):
            if score.dataset_id == score.task.dataset_id:
                found[score.submission_id, score.task_id] = score
    return found
