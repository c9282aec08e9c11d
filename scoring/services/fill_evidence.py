"""Gives evidence and intervals to scores that were made before there were any.

Only where scoring again gives the very same value: a score never changes here.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction

from common import blobs
from scoring.guard import told_bounds
from scoring.models import FinalScore, LeaderboardEntry, Split, TaskScore
from scoring.present_scores import present_task_scores
from scoring.services.intervals import final_interval, interval_fields
from scoring.services.leaderboard import task_cells
from scoring.services.score_records import write_record
from scoring.services.score_task import TaskResult
from scoring.services.signing import Signer


def lacks_evidence(*, submission_id: uuid.UUID) -> bool:
    """Tell whether a score of a submission that counts now has no evidence in its store."""
    scores = [
        score
        for split in Split
        for score in present_task_scores([submission_id], split).values()
        if not score.failed
    ]
    return not all(
        score.evidence_sha256 and blobs.evidence.exists(score.evidence_sha256) for score in scores
    )


def fill_evidence(*, submission_id: uuid.UUID, results: Sequence[TaskResult]) -> bool:
    """Keep the evidence of ``results``; False where they are not what the stored scores say."""
    pairs = [
        (present_task_scores([submission_id], split).get((submission_id, result.task.pk)), result)
        for split in Split
        for result in results
    ]
    if not all(score is not None and _same(score, result) for score, result in pairs):
        return False
    signer = Signer()
    with transaction.atomic():
        for score, result in pairs:
            if score is not None:
                _fill(score, result, signer)
        for final in FinalScore.objects.filter(submission=submission_id):
            _fill_final(final, results)
    return True


def _same(score: TaskScore, result: TaskResult) -> bool:
    found = result.on(Split(score.split))
    return score.failed if found is None else found.value == score.value


def _fill(score: TaskScore, result: TaskResult, signer: Signer) -> None:
    """Write the interval, and a record that tells of it where the one before could not.

    Evidence that was lost is made again as it was, so the record stays: the log may name it.
    """
    had_interval = bool(score.interval)
    found = interval_fields(result.resampled.get(Split(score.split)))
    TaskScore.objects.filter(pk=score.pk).update(**found)
    if found["interval"] and not had_interval:
        score.refresh_from_db()
        write_record(score, signer=signer)


def _fill_final(final: FinalScore, results: Sequence[TaskResult]) -> None:
    split = Split(final.split)
    competition = final.participation.competition
    found = final_interval(results, split=split, rule=competition.aggregation)
    FinalScore.objects.filter(pk=final.pk).update(**found)
    low, high = told_bounds(
        found["low"], found["high"], points=final.points, competition=competition
    )
    LeaderboardEntry.objects.filter(submission=final.submission_id, board=split).update(
        low=low, high=high, tasks=task_cells(final, split)
    )
