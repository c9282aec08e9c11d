"""Writes down the scores of a submission: per task and split, the means, the signed records."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from competitions.models import Competition, Participation
from scoring.aggregate import RULE_VERSIONS, final_score
from scoring.models import FinalScore, Split, TaskScore
from scoring.services.guard import decide_told
from scoring.services.intervals import final_interval, interval_fields, weighted
from scoring.services.score_records import write_record
from scoring.services.score_task import TaskResult
from scoring.services.signing import Signer
from scoring.task_score import SCORER_VERSION, SplitScore


def record_scores(
    *, submission_id: uuid.UUID, participation: Participation, results: list[TaskResult]
) -> None:
    """Replace the stored scores of a submission by ``results``, and decide what is told of them.

    Needs a transaction that holds the competition's row lock.
    """
    signer = Signer()
    rule = participation.competition.aggregation
    for split in Split:
        for result in results:
            score = _record_task_score(submission_id, result, split)
            write_record(score, signer=signer)
        points = final_score((weighted(result, split) for result in results), rule=rule)
        interval = final_interval(results, split=split, rule=rule)
        FinalScore.objects.update_or_create(
            submission_id=submission_id,
            split=split,
            defaults={
                "participation": participation,
                "points": points,
                "rule_version": RULE_VERSIONS[rule],
                **interval,
            },
        )
    decide_told(participation=participation, submission_id=submission_id)
    if participation.is_baseline and any(not result.failed for result in results):
        Competition.objects.filter(pk=participation.competition_id, baseline_scored_at=None).update(
            baseline_scored_at=timezone.now()
        )


def _record_task_score(submission_id: uuid.UUID, result: TaskResult, split: Split) -> TaskScore:
    score, _ = TaskScore.objects.update_or_create(
        submission_id=submission_id,
        task=result.task,
        split=split,
        dataset=result.task.dataset,
        scorer_version=SCORER_VERSION,
        defaults={
            "rescoring": None,
            **score_columns(result, split),
            **interval_fields(result.resampled.get(split)),
        },
    )
    return score


def score_columns(result: TaskResult, split: Split) -> dict[str, Any]:
    """Return what is written down of a task's result on one split, but for its interval."""
    scored = result.on(split)
    return {
        "predictions_id": result.predictions_id,
        "value": None if scored is None else scored.value,
        "points": 0.0 if scored is None else scored.points,
        "rows": 0 if scored is None else scored.rows,
        "missing": 0 if scored is None else scored.missing,
        "failed": scored is None,
        "error_code": result.error_code,
        "error_message": result.error_message,
        "details": _details(result, scored),
    }


def _details(result: TaskResult, scored: SplitScore | None) -> dict[str, Any]:
    if result.scores is None or scored is None:
        return {}
    return {**result.scores.details, **scored.details}
