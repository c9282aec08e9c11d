"""Score a submission: claim it, compare stored predictions with the labels, record.

Nothing of a participant's runs here: predictions are bounded JSON Lines, read strictly.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import partial

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from common.transitions import LostRace, transition
from competitions.models import Competition, Task
from scoring.models import Split
from scoring.present_scores import counted_scores
from scoring.services.leaderboard import refresh_board
from scoring.services.score_task import TaskResult, failed_result, score_task
from scoring.services.scores import record_scores
from submissions import queue
from submissions.kept_codes import keep_codes, save_codes
from submissions.lease import heartbeat, lease_end, unleased
from submissions.models import Predictions, Run, RunTask, Submission
from submissions.seal import is_sealed
from submissions.steps.infer import queue_run
from submissions.verdicts import shown_error

logger = logging.getLogger(__name__)

NOTHING_RETURNED = ("no_predictions", "The run ended before this task gave predictions.")


@dataclass(frozen=True, slots=True)
class Scored:
    """The results of all tasks of a submission; none when predictions were ``unsealed``.

    ``read`` are predictions whose codes were kept just now, not saved.
    """

    results: list[TaskResult]
    unsealed: bool = False
    read: list[Predictions] = field(default_factory=list)

    @property
    def all_failed(self) -> bool:
        """Tell whether no task gave a score."""
        return all(result.failed for result in self.results)


def claim_submission(*, submission_id: str) -> Submission | None:
    """Take a submission that waits to be scored; None when it is not ours to take."""
    now = timezone.now()
    free = unleased(now)
    waiting = Submission.objects.filter(free, pk=submission_id, state=Submission.State.SCORING)
    if not waiting.update(lease_until=lease_end(now)):
        return None
    related = Submission.objects.select_related("participation__competition")
    return related.get(pk=submission_id)


def renew(submission: Submission) -> bool:
    """Push the lease's end away; False when the submission is no longer being scored."""
    ours = Submission.objects.filter(pk=submission.pk, state=Submission.State.SCORING)
    return bool(ours.update(lease_until=lease_end()))


def compute(submission: Submission) -> Scored:
    """Score every task of the competition from the last finished run."""
    competition = submission.participation.competition
    run = scored_run(submission)
    with heartbeat(partial(renew, submission)):
        if run is not None and not _is_whole(run):
            return Scored(results=[], unsealed=True)
        tasks = competition.tasks.select_related("dataset", "competition")
        read: list[Predictions] = []
        return Scored(results=[_score_one(task, run, read) for task in tasks], read=read)


def scored_run(submission: Submission) -> Run | None:
    """Return the finished run whose predictions count, None before there is one."""
    done = submission.runs.filter(state=Run.State.DONE, purpose=Run.Purpose.SCORE)
    return done.order_by("-attempt").first()


def _is_whole(run: Run) -> bool:
    return all(map(is_sealed, run.predictions.select_related("run__submission")))


def record(submission: Submission, scored: Scored) -> None:
    """Write scores and boards; the submission is scored, or failed when every task failed.

    Predictions that are not what the worker sealed are refused: the submission runs again.
    """
    competition = submission.participation.competition
    if scored.unsealed:
        _run_again(submission)
        return
    verdict = _verdict(submission, scored)
    try:
        with transaction.atomic():
            Competition.objects.select_for_update().get(pk=competition.pk)
            if _labels_changed(scored):
                _score_again(submission)
                return
            transition(
                submission,
                Submission.State.SCORING,
                Submission.State.FAILED if scored.all_failed else Submission.State.SCORED,
                lease_until=None,
                ended_at=timezone.now(),
                **verdict,
            )
            record_scores(
                submission_id=submission.pk,
                participation=submission.participation,
                results=scored.results,
            )
            save_codes(scored.read)
            refresh_board(competition=competition, board=Split.PUBLIC)
    except LostRace as lost:
        logger.info("%s", lost)


def _verdict(submission: Submission, scored: Scored) -> dict[str, object]:
    first = next((each for each in scored.results if each.failed), None)
    if not scored.all_failed or first is None:
        return {"error_code": "", "error_message": ""}
    rows = RunTask.objects.filter(run__submission=submission, task=first.task)
    code, message = shown_error(
        rows.order_by("-run__attempt").first(),
        first.error_code,
        submission_format=submission.format,
    )
    return {"error_code": code, "error_message": message}


def _run_again(submission: Submission) -> None:
    logger.error("the predictions of submission %s are not those its run sealed", submission.pk)
    try:
        with transaction.atomic():
            transition(
                submission,
                Submission.State.SCORING,
                Submission.State.QUEUED,
                lease_until=None,
                ended_at=None,
            )
            last = submission.runs.aggregate(last=Max("attempt"))["last"] or 0
            queue_run(submission=submission, attempt=last + 1)
    except LostRace as lost:
        logger.info("%s", lost)


def _labels_changed(scored: Scored) -> bool:
    used = {result.task.pk: result.task.dataset_id for result in scored.results}
    present = Task.objects.filter(pk__in=used).values_list("pk", "dataset_id")
    return any(used[task] != dataset for task, dataset in present)


def _score_again(submission: Submission) -> None:
    """Let the next job start from the labels that came while this one computed."""
    Submission.objects.filter(pk=submission.pk).update(lease_until=None)
    queue.enqueue_score(submission)


def needs_rescoring() -> QuerySet[Submission]:
    """Return scored submissions without a score on some task's present dataset."""
    present = counted_scores().filter(
        submission=OuterRef(OuterRef("pk")), task=OuterRef("pk"), dataset=OuterRef("dataset")
    )
    unscored = Task.objects.filter(
        ~Exists(present),
        competition=OuterRef("participation__competition"),
        competition__state=Competition.State.PUBLISHED,
        dataset__isnull=False,
    )
    return Submission.objects.filter(Exists(unscored), state=Submission.State.SCORED)


def _score_one(task: Task, run: Run | None, read: list[Predictions]) -> TaskResult:
    predictions = _predictions(task, run)
    if run is not None and predictions is not None:
        result = score_task(
            task=task,
            predictions_id=predictions.pk,
            predictions_sha256=predictions.sha256,
            key=run.key,
        )
        if keep_codes(predictions, result):
            read.append(predictions)
        return result
    row = RunTask.objects.filter(run=run, task=task).first() if run else None
    if row is None or not row.error_code:
        code, message = NOTHING_RETURNED
        return failed_result(task=task, code=code, message=message)
    return failed_result(task=task, code=row.error_code, message=row.error_message)


def _predictions(task: Task, run: Run | None) -> Predictions | None:
    if run is None:
        return None
    return Predictions.objects.select_related("run__submission").filter(run=run, task=task).first()
