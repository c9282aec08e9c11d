"""Writes down the scores of a submission: per task and split, the means, the signed records."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from competitions.models import Competition, Participation
from scoring.aggregate import RULE_VERSIONS, final_score
from scoring.models import FinalScore, ScoreRecord, Split, TaskScore
from scoring.records import Subject
from scoring.services.intervals import final_interval, interval_fields, weighted
from scoring.services.score_task import TaskResult
from scoring.services.signing import sign_statement
from scoring.task_score import SCORER_VERSION, SplitScore, scorer_versions

SCORE_TYPE = "urn:podium:task-score:2"


def record_scores(
    *, submission_id: uuid.UUID, participation: Participation, results: list[TaskResult]
) -> None:
    """Replace the stored scores of a submission by ``results``. Needs a transaction."""
    rule = participation.competition.aggregation
    for split in Split:
        for result in results:
            _record_task_score(submission_id, result, split)
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
    if participation.is_baseline and any(not result.failed for result in results):
        Competition.objects.filter(pk=participation.competition_id, baseline_scored_at=None).update(
            baseline_scored_at=timezone.now()
        )


def _record_task_score(submission_id: uuid.UUID, result: TaskResult, split: Split) -> None:
    scored = result.on(split)
    score, _ = TaskScore.objects.update_or_create(
        submission_id=submission_id,
        task=result.task,
        split=split,
        dataset=result.task.dataset,
        scorer_version=SCORER_VERSION,
        defaults={
            "predictions_id": result.predictions_id,
            "value": None if scored is None else scored.value,
            "points": 0.0 if scored is None else scored.points,
            "rows": 0 if scored is None else scored.rows,
            "missing": 0 if scored is None else scored.missing,
            "failed": scored is None,
            "error_code": result.error_code,
            "error_message": result.error_message,
            "details": _details(result, scored),
            **interval_fields(result.resampled.get(split)),
        },
    )
    _record(score, result)


def _details(result: TaskResult, scored: SplitScore | None) -> dict[str, Any]:
    if result.scores is None or scored is None:
        return {}
    return {**result.scores.details, **scored.details}


def _record(score: TaskScore, result: TaskResult) -> None:
    model = Subject("submission manifest", score.submission.manifest_sha256)
    envelope = sign_statement(SCORE_TYPE, [model], _predicate(score, result))
    ScoreRecord.objects.update_or_create(
        task_score=score,
        defaults={
            "envelope": envelope.as_dict(),
            "key_id": envelope.key_id,
        },
    )


def _predicate(score: TaskScore, result: TaskResult) -> dict[str, Any]:
    dataset = result.task.dataset
    return {
        "competition": result.task.competition.slug,
        "task": result.task.slug,
        "metric": result.task.metric,
        "split": score.split,
        "submission": str(score.submission_id),
        "predictions_sha256": result.predictions_sha256,
        "dataset": None
        if dataset is None
        else {
            "version": dataset.number,
            "inputs_sha256": dataset.inputs_sha256,
            "labels_sha256": dataset.labels_sha256,
        },
        "versions": scorer_versions(),
        "value": score.value,
        "points": score.points,
        "rows": score.rows,
        "missing": score.missing,
        "failed": score.failed,
    }
