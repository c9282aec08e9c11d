"""Writes down scores of a rescoring, many submissions at once; they count for nothing yet.

The number of queries does not depend on how many submissions there are.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from common.transitions import LostRace
from competitions.models import Competition
from scoring.aggregate import RULE_VERSIONS, final_score
from scoring.models import RescoredFinal, Rescoring, ScoreRecord, Split, TaskScore
from scoring.services.intervals import (
    KnownFinalIntervals,
    interval_columns,
    interval_fields,
    weighted,
)
from scoring.services.score_records import signed_record
from scoring.services.score_task import TaskResult
from scoring.services.scores import score_columns
from scoring.services.signing import Signer
from scoring.task_score import SCORER_VERSION

_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """Results of all tasks of one submission, of ``predictions`` (by task) of ``run``.

    Those that are
    not new, as they rest on the same labels and scorer, are not written down again.
    """

    submission: Any
    run: Any
    predictions: Mapping[int, Any]
    results: Sequence[TaskResult]


def record_rescored(
    *, rescoring: Rescoring, rescored: Sequence[Rescored], known: KnownFinalIntervals
) -> None:
    """Write scores, their records and final scores down, in place of earlier ones of the same
    submissions. ``known`` are intervals of other submissions.

    Raises:
        LostRace: the rescoring has begun anew meanwhile, or ended.
    """
    submissions = [each.submission.pk for each in rescored]
    with transaction.atomic():
        locked = Competition.objects.select_for_update().get(pk=rescoring.competition_id)
        _check_same_round(rescoring)
        _forget(rescoring, submissions)
        there = _counted(rescoring, submissions)
        scores = [
            (_task_score(rescoring, each, result, split, locked), each.run)
            for each in rescored
            for result in each.results
            for split in Split
            if (each.submission.pk, result.task.pk, str(split)) not in there
        ]
        TaskScore.objects.bulk_create([score for score, _ in scores], batch_size=_BATCH)
        signer = Signer()
        ScoreRecord.objects.bulk_create(
            [signed_record(score, signer=signer, run=run) for score, run in scores],
            batch_size=_BATCH,
        )
        RescoredFinal.objects.bulk_create(
            [
                _final(rescoring, each, split, locked.aggregation, known)
                for each in rescored
                for split in Split
            ],
            batch_size=_BATCH,
        )


def _check_same_round(rescoring: Rescoring) -> None:
    same = Rescoring.objects.filter(
        pk=rescoring.pk, round=rescoring.round, state__in=Rescoring.WORKING
    )
    if not same.exists():
        raise LostRace(f"rescoring {rescoring.pk} is in another round")


def _forget(rescoring: Rescoring, submissions: Sequence[uuid.UUID]) -> None:
    old = TaskScore.objects.filter(rescoring=rescoring, submission__in=submissions)
    ScoreRecord.objects.filter(task_score__in=old).delete()
    old.delete()
    RescoredFinal.objects.filter(rescoring=rescoring, submission__in=submissions).delete()


def _counted(
    rescoring: Rescoring, submissions: Sequence[uuid.UUID]
) -> set[tuple[uuid.UUID, int, str]]:
    """Return which scores are there already, as they were made on these labels by this scorer."""
    datasets = [each.dataset_id for each in rescoring.targets.all()]
    scores = TaskScore.objects.filter(
        submission__in=submissions, dataset__in=datasets, scorer_version=SCORER_VERSION
    )
    return set(scores.values_list("submission", "task", "split"))


def _task_score(
    rescoring: Rescoring, of: Rescored, result: TaskResult, split: Split, competition: Competition
) -> TaskScore:
    # The Ladder compares evidence when it decides anew; elsewhere the board's job makes it of the
    # entries that are shown.
    kept = competition.board_guard == Competition.Guard.LADDER
    columns = interval_fields if kept else interval_columns
    score = TaskScore(
        rescoring=rescoring,
        submission=of.submission,
        task=result.task,
        dataset=result.task.dataset,
        split=split,
        scorer_version=SCORER_VERSION,
        **score_columns(result, split),
        **columns(result.resampled.get(split)),
    )
    score.predictions = of.predictions.get(result.task.pk)
    return score


def _final(
    rescoring: Rescoring, of: Rescored, split: Split, rule: str, known: KnownFinalIntervals
) -> RescoredFinal:
    return RescoredFinal(
        rescoring=rescoring,
        submission=of.submission,
        participation_id=of.submission.participation_id,
        run=of.run,
        split=split,
        points=final_score((weighted(result, split) for result in of.results), rule=rule),
        rule_version=RULE_VERSIONS[rule],
        **known.interval(of.results, split=split),
    )
