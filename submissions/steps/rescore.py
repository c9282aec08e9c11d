"""Score all submissions of a competition again, aside; then swap, when organizers ask for it.

May be lost at any instant: what is written stays, and the next job does what is missing. A job ends
after a while for others to be scored too; the reconciler sends the next one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from common.transitions import LostRace, transition
from competitions.models import Competition, Task
from scoring.coded import CodedInvalid
from scoring.models import FinalScore, RescoredFinal, Rescoring
from scoring.services.intervals import KnownFinalIntervals
from scoring.services.label_changes import label_changes
from scoring.services.rescored_scores import Rescored, record_rescored
from scoring.services.rescoring import compute_again, is_outdated
from scoring.services.score_task import TaskResult, failed_result, score_task
from scoring.services.swap_rescoring import preview_rescoring, publish_rescoring
from submissions.kept_codes import KeptCodes, keep_codes, save_codes
from submissions.lease import Heartbeat, heartbeat, lease_end, unleased
from submissions.models import Predictions, Run, RunTask, Submission
from submissions.seal import is_sealed
from submissions.steps.score import NOTHING_RETURNED

logger = logging.getLogger(__name__)

BATCH = 250
SECONDS_A_JOB = 600
BOARD_CHANGED = (
    "The board changed just before this was published, so it was not. Look at the new preview, "
    "then publish."
)


class PredictionsLost(Exception):
    """Stored predictions are gone, or not those that a run sealed; the text says whose."""


def rescore(*, rescoring_id: int) -> None:
    """Compute what is missing; then make the preview, or publish."""
    rescoring = _claim(rescoring_id)
    if rescoring is None:
        return
    try:
        with heartbeat(partial(_renew, rescoring)) as beat:
            if _compute(rescoring, beat):
                _finish(rescoring)
    except PredictionsLost as lost:
        _fail(rescoring, str(lost))
    except LostRace as lost:
        logger.info("%s", lost)
    finally:
        _give_back(rescoring)


def unfinished_rescorings() -> list[Rescoring]:
    """Return rescorings that nobody works on, and that should be: those that were lost, or whose
    preview is no longer what publishing would give."""
    free = unleased(timezone.now())
    lost = Rescoring.objects.filter(free, state__in=Rescoring.WORKING)
    ready = Rescoring.objects.filter(state=Rescoring.State.READY).select_related("competition")
    for rescoring in ready:
        if is_outdated(rescoring) or missing(rescoring).exists():
            compute_again(rescoring)
    return list(lost.select_related("competition"))


def missing(rescoring: Rescoring) -> QuerySet[Submission]:
    """Return submissions that count and are not scored again yet, each with its ``last_run``."""
    made = RescoredFinal.objects.filter(
        rescoring=rescoring, submission=OuterRef("pk"), run=OuterRef("last_run")
    )
    return scope(rescoring.competition).filter(~Exists(made))


def scope(competition: Competition) -> QuerySet[Submission]:
    """Return the submissions whose scores count, each with the run that they rest on."""
    done = Run.objects.filter(
        submission=OuterRef("pk"), state=Run.State.DONE, purpose=Run.Purpose.SCORE
    )
    ended = [Submission.State.FAILED, Submission.State.CANCELLED, Submission.State.REFUSED]
    return (
        Submission.objects.filter(
            Exists(FinalScore.objects.filter(submission=OuterRef("pk"))),
            participation__competition=competition,
        )
        .exclude(state__in=ended)
        .annotate(last_run=Subquery(done.order_by("-attempt").values("pk")[:1]))
        .filter(last_run__isnull=False)
    )


def _claim(rescoring_id: int) -> Rescoring | None:
    now = timezone.now()
    free = unleased(now)
    waiting = Rescoring.objects.filter(free, pk=rescoring_id, state__in=Rescoring.WORKING)
    if not waiting.update(lease_until=lease_end(now)):
        return None
    return Rescoring.objects.select_related("competition").get(pk=rescoring_id)


def _same(rescoring: Rescoring) -> QuerySet[Rescoring]:
    return Rescoring.objects.filter(
        pk=rescoring.pk, round=rescoring.round, state__in=Rescoring.WORKING
    )


def _renew(rescoring: Rescoring) -> bool:
    return bool(_same(rescoring).update(lease_until=lease_end()))


def _give_back(rescoring: Rescoring) -> None:
    _same(rescoring).update(lease_until=None)


def _compute(rescoring: Rescoring, beat: Heartbeat) -> bool:
    """Score what is missing, batch by batch; False when it must stop before the end."""
    scorer = _Scorer(rescoring)
    known = KnownFinalIntervals(rescoring.competition.aggregation)
    ends = time.monotonic() + SECONDS_A_JOB
    while batch := list(missing(rescoring).order_by("created_at", "pk")[:BATCH]):
        if beat.lost.is_set() or time.monotonic() > ends:
            return False
        rescored = list(scorer.score(batch))
        record_rescored(rescoring=rescoring, rescored=rescored, known=known)
        _note_progress(rescoring)
    _note_progress(rescoring)
    return True


def _note_progress(rescoring: Rescoring) -> None:
    total = scope(rescoring.competition).count()
    _same(rescoring).update(total=total, done=total - missing(rescoring).count())


def _finish(rescoring: Rescoring) -> None:
    """Make the preview; or swap, unless the board is other than the one that was looked at."""
    publishing = rescoring.state == Rescoring.State.PUBLISHING
    if publishing and _publish(rescoring):
        return
    changes = label_changes(rescoring)
    with transaction.atomic():
        Competition.objects.select_for_update().get(pk=rescoring.competition_id)
        if missing(rescoring).exists():
            # A submission was scored just now: the next job takes it along.
            return
        preview = {**preview_rescoring(rescoring=rescoring), "tasks": changes}
        problem = BOARD_CHANGED if publishing else ""
        transition(
            rescoring, rescoring.state, Rescoring.State.READY, preview=preview, problem=problem
        )


def _publish(rescoring: Rescoring) -> bool:
    """Publish; False when the preview has to be made and looked at again instead."""
    with transaction.atomic():
        Competition.objects.select_for_update().get(pk=rescoring.competition_id)
        if missing(rescoring).exists() or is_outdated(rescoring):
            return False
        publish_rescoring(rescoring=rescoring)
    return True


def _fail(rescoring: Rescoring, problem: str) -> None:
    try:
        transition(
            rescoring, rescoring.state, Rescoring.State.FAILED, problem=problem, lease_until=None
        )
    except LostRace as lost:
        logger.info("%s", lost)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What runs left of their tasks: by run and task."""

    runs: dict[int, Run]
    predictions: dict[tuple[int, int], Predictions]


class _Scorer:
    """Scores submissions on the labels of a rescoring; labels are read once."""

    def __init__(self, rescoring: Rescoring) -> None:
        targets = rescoring.targets.select_related("task__competition", "dataset")
        self._tasks = [_on(target.task, target.dataset) for target in targets]
        self._codes = KeptCodes()

    def score(self, submissions: Sequence[Submission]) -> Iterator[Rescored]:
        """Yield the results of each; raises PredictionsLost."""
        stored = _stored([each.last_run for each in submissions])  # type: ignore[attr-defined]
        read: list[Predictions] = []
        for submission in submissions:
            run = stored.runs[submission.last_run]  # type: ignore[attr-defined]
            own = {
                task.pk: stored.predictions[run.pk, task.pk]
                for task in self._tasks
                if (run.pk, task.pk) in stored.predictions
            }
            results = [self._one(task, run, own.get(task.pk), read) for task in self._tasks]
            yield Rescored(submission=submission, run=run, predictions=own, results=results)
        save_codes(read)

    def _one(
        self, task: Task, run: Run, predictions: Predictions | None, read: list[Predictions]
    ) -> TaskResult:
        if predictions is None:
            return _not_predicted(task, run)
        try:
            return self._codes.score(task, predictions)
        except (CodedInvalid, FileNotFoundError):
            result = _from_file(task, predictions)
        if keep_codes(predictions, result):
            read.append(predictions)
        return result


def _on(task: Task, dataset: Any) -> Task:
    """Return the task as it is when ``dataset`` counts; never saved."""
    task.dataset = dataset
    return task


def _stored(run_ids: Sequence[int]) -> _Stored:
    runs = Run.objects.filter(pk__in=run_ids).select_related("submission")
    by_id = {run.pk: run for run in runs.prefetch_related("tasks")}
    predictions = {
        (each.run_id, each.task_id): each for each in Predictions.objects.filter(run__in=run_ids)
    }
    for each in predictions.values():
        each.run = by_id[each.run_id]
    return _Stored(runs=by_id, predictions=predictions)


def _not_predicted(task: Task, run: Run) -> TaskResult:
    row: RunTask | None = next((each for each in run.tasks.all() if each.task_id == task.pk), None)
    if row is None or not row.error_code:
        code, message = NOTHING_RETURNED
        return failed_result(task=task, code=code, message=message)
    return failed_result(task=task, code=row.error_code, message=row.error_message)


def _from_file(task: Task, predictions: Predictions) -> TaskResult:
    whole = False
    try:
        whole = is_sealed(predictions)
    except FileNotFoundError:
        logger.exception("predictions %s are gone", predictions.pk)
    if not whole:
        raise PredictionsLost(
            f"The stored predictions of submission {predictions.run.submission_id} for "
            f"“{task.title}” are gone, or not those that its run sealed. Run the submission again, "
            "then begin the rescoring again."
        )
    return score_task(
        task=task,
        predictions_id=predictions.pk,
        predictions_sha256=predictions.sha256,
        key=predictions.run.key,
    )
