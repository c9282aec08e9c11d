"""How submissions stand, as their people may know it: public numbers and coarse times only."""

from __future__ import annotations

import math
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from competitions.models import Competition, Participation, Task
from competitions.selectors import Viewer, participation_of
from scoring.selectors import (
    HeldBack,
    ToldTaskScore,
    held_back,
    public_final_scores,
    public_task_scores,
)
from scoring.spread import Spread
from submissions import queue
from submissions.models import Run, RunTask, Submission
from submissions.verdicts import shown_error

# Progress is told in steps, so that it is no clock for single rows.
PROGRESS_STEPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStanding:
    """How one task of a submission stands. ``rate`` (rows a second) and ``seconds_left`` are told
    only while it runs; ``public_spread`` where the value is a mean over several rounds."""

    slug: str
    title: str
    state: str
    error_code: str
    message: str
    done: int
    total: int
    rate: float | None
    seconds_left: int | None
    public_points: float | None
    public_value: float | None
    public_spread: Spread | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a submission stands; ``queue_position`` is 1 for the next one, None when none waits.

    ``missing`` names what the worker lacked that last looked at a waiting run; ``held_back``
    says why a scored one has no public number.
    """

    submission: Submission
    queue_position: int | None
    missing: tuple[str, ...]
    tasks: tuple[TaskStanding, ...]
    public_score: float | None
    held_back: HeldBack | None


def own_submissions(user: Viewer, competition: Competition) -> QuerySet[Submission]:
    """Return the submissions of the user's participation, the newest first."""
    participation = participation_of(user, competition)
    if participation is None:
        return Submission.objects.none()
    return submissions_of(participation)


def submissions_of(participation: Participation) -> QuerySet[Submission]:
    """Return a participation's submissions, the newest first."""
    return participation.submissions.select_related("participation__competition")


def follow(submission: Submission) -> Standing:
    """Return how one submission stands."""
    return follow_all([submission])[0]


def follow_all(submissions: Sequence[Submission]) -> list[Standing]:
    """Return how submissions stand, in their order, with a fixed number of queries.

    Only the place in the queue takes one more for each submission that waits.
    """
    ids = [submission.pk for submission in submissions]
    tasks = _tasks({submission.participation.competition_id for submission in submissions})
    latest = _latest_run_tasks(ids)
    scores = public_task_scores(ids)
    finals = public_final_scores(ids)
    held = held_back(ids)
    waiting = _waiting_runs(submissions)
    return [
        Standing(
            submission=each,
            queue_position=queue.position(waiting[each.pk]) if each.pk in waiting else None,
            missing=tuple(waiting[each.pk].missing) if each.pk in waiting else (),
            tasks=tuple(
                _task_standing(
                    task,
                    latest.get((each.pk, task.pk)),
                    scores.get((each.pk, task.pk)),
                    submission_format=each.format,
                )
                for task in tasks[each.participation.competition_id]
            ),
            public_score=finals.get(each.pk),
            held_back=held.get(each.pk),
        )
        for each in submissions
    ]


def coarse_rate(rate: float, total: int) -> float | None:
    """Return the rate that whole seconds would show for ``total`` rows, None without progress.

    Both the rate and the time left then say no more than a clock that ticks once a second.
    """
    if not rate > 0 or total <= 0:
        return None
    seconds = total / rate
    return round(total / max(1, math.ceil(seconds)), 2) if math.isfinite(seconds) else None


def coarse_progress(done: int, total: int) -> int:
    """Return ``done`` rounded down to whole steps of ``total``."""
    if done >= total:
        return total
    return done * PROGRESS_STEPS // total * total // PROGRESS_STEPS


def _tasks(competitions: Iterable[int]) -> Mapping[int, list[Task]]:
    found = defaultdict(list)
    for task in Task.objects.filter(competition__in=competitions).select_related("dataset"):
        found[task.competition_id].append(task)
    return found


def _latest_run_tasks(ids: Sequence[uuid.UUID]) -> Mapping[tuple[uuid.UUID, int], RunTask]:
    rows = RunTask.objects.filter(
        run__submission__in=ids, run__purpose=Run.Purpose.SCORE
    ).select_related("run")
    return {
        (row.run.submission_id, row.task_id): row for row in rows.order_by("run__attempt", "pk")
    }


def _waiting_runs(submissions: Sequence[Submission]) -> Mapping[uuid.UUID, Run]:
    waiting = Run.objects.filter(
        submission__in=[each.pk for each in submissions],
        state=Run.State.QUEUED,
        purpose=Run.Purpose.SCORE,
    ).select_related("submission__participation__competition")
    return {run.submission_id: run for run in waiting}


def _task_standing(
    task: Task, row: RunTask | None, score: ToldTaskScore | None, *, submission_format: str
) -> TaskStanding:
    failed_later = score is not None and score.failed
    state = RunTask.State.FAILED if failed_later else row.state if row else RunTask.State.PENDING
    total = (row.rows_total if row else 0) or (task.dataset.rows if task.dataset else 0)
    done = (
        total if state == RunTask.State.OK else coarse_progress(row.rows_done, total) if row else 0
    )
    rate = None
    if row is not None and state == RunTask.State.RUNNING:
        rate = coarse_rate(row.rate, total)
    code, message = shown_error(row, _error(row, score), submission_format=submission_format)
    return TaskStanding(
        slug=task.slug,
        title=task.title,
        state=state,
        error_code=code,
        message=message,
        done=done,
        total=total,
        rate=rate,
        seconds_left=math.ceil((total - done) / rate) if rate else None,
        public_points=score.points if score else None,
        public_value=score.value if score else None,
        public_spread=score.spread if score else None,
    )


def _error(row: RunTask | None, score: ToldTaskScore | None) -> str:
    if row is not None and row.error_code:
        return row.error_code
    return score.error_code if score is not None else ""
