"""The only importer of django_rq: which job goes to which queue, under which id.

Redis is a wake-up call, not the truth. Jobs carry ids only, job ids derive from primary keys so
that a doubled call is one job, and when the queue server does not answer the reconciler calls
again later.

Whoever can write to the queue server could name any function of any module. So a job is one of
ours by name, is read as JSON, and calls nothing else when it ends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import django_rq
from django.db import transaction
from redis.exceptions import RedisError
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job, JobStatus
from rq.worker import Worker as RqWorker

from competitions.models import Competition
from scoring.models import Rescoring
from submissions.models import Run, Submission

logger = logging.getLogger(__name__)

SCORE_QUEUE = "score"
JOBS = frozenset(
    f"submissions.jobs.{name}"
    for name in ("validate", "infer", "score", "compare", "board", "duplicates", "rescore")
)
# A started job holds its row by a lease; asked for again, it has died before it took one.
_WAITING = {JobStatus.QUEUED, JobStatus.DEFERRED, JobStatus.SCHEDULED}


class StrangeJob(Exception):
    """A job in the queue that nobody here put there."""


class KnownJob(Job):
    """A job that calls one of ``JOBS``, and nothing when it ends.

    RQ imports what a job names: the function, its callbacks, the webhooks.
    """

    @property
    def func(self) -> Callable[..., Any]:
        """Return the job's function; raises StrangeJob for any but ours."""
        if self.func_name not in JOBS or self.instance is not None:
            raise StrangeJob(f"job {self.id} names {self.func_name!r}, which is none of ours")
        ours: Callable[..., Any] = super().func
        return ours

    def restore(self, raw_data: dict[bytes, bytes]) -> None:
        """Read what the queue server holds, but for callbacks and webhooks."""
        named = (b"_callback_name", b"webhooks")
        super().restore({key: raw_data[key] for key in raw_data if not key.endswith(named)})


def infer_queue(run: Run) -> str:
    """Name the queue of a run: ``gpu`` when its competition asks for one, else ``cpu``."""
    return queue_of(run.submission.participation.competition)


def queue_of(competition: Competition) -> str:
    """Name the queue in which a competition's runs wait."""
    return "gpu" if competition.gpus else "cpu"


def enqueue_validate(submission: Submission) -> None:
    """Ask for the check of a submission's files once the transaction commits."""
    _on_commit(SCORE_QUEUE, "validate", str(submission.pk))


def enqueue_infer(run: Run) -> None:
    """Ask for a run once the transaction commits."""
    _on_commit(infer_queue(run), "infer", run.pk)


def enqueue_score(submission: Submission) -> None:
    """Ask for the scoring of a submission once the transaction commits."""
    _on_commit(SCORE_QUEUE, "score", str(submission.pk))


def enqueue_compare(run: Run) -> None:
    """Ask for the comparison of a second run with the first once the transaction commits."""
    _on_commit(SCORE_QUEUE, "compare", run.pk)


def enqueue_board(competition: Competition) -> None:
    """Ask for what a competition's boards can claim once the transaction commits."""
    _on_commit(SCORE_QUEUE, "board", competition.pk)


def enqueue_duplicates(competition: Competition) -> None:
    """Ask for the comparison of a competition's entries once the transaction commits."""
    _on_commit(SCORE_QUEUE, "duplicates", competition.pk)


def enqueue_rescore(rescoring: Rescoring) -> None:
    """Ask for what is missing of a rescoring once the transaction commits."""
    _on_commit(SCORE_QUEUE, "rescore", rescoring.pk)


def hear_of_rescoring(sender: object, *, rescoring: Rescoring, **_: object) -> None:
    """Answer ``scoring.events.rescoring_asked``."""
    enqueue_rescore(rescoring)


def hear_of_board(sender: object, *, competition: Competition, **_: object) -> None:
    """Answer ``scoring.events.board_changed``. Several changes before the job starts are one."""
    enqueue_board(competition)


def forget(job: str, pk: int | str) -> None:
    """Drop what the queue server remembers of a job that nobody works on any more."""
    try:
        connection = django_rq.get_connection(SCORE_QUEUE)
        queue = django_rq.get_queue(SCORE_QUEUE)
        Job.fetch(_job_id(job, pk), connection=connection, serializer=queue.serializer).delete()
    except NoSuchJobError:
        return
    except RedisError as error:
        logger.warning("queue server does not answer: %s", error)


def position(run: Run) -> int | None:
    """Return a waiting run's place in its queue, 1 being next; None when it does not wait."""
    if run.state != Run.State.QUEUED:
        return None
    gpus = run.submission.participation.competition.gpus > 0
    ahead = Run.objects.filter(state=Run.State.QUEUED, queued_at__lt=run.queued_at)
    competition = "submission__participation__competition__gpus"
    same = {f"{competition}__gt": 0} if gpus else {competition: 0}
    return ahead.filter(**same).count() + 1


def ping() -> None:
    """Raise RedisError when the queue server does not answer."""
    django_rq.get_connection(SCORE_QUEUE).ping()


def serving() -> frozenset[str] | None:
    """Return the workers that the queue server knows, as host and process; None without one."""
    try:
        found = RqWorker.all(connection=django_rq.get_connection(SCORE_QUEUE))
    except (RedisError, ValueError) as error:
        logger.warning("queue server does not answer: %s", error)
        return None
    return frozenset(f"{each.hostname}:{each.pid}" for each in found)


def _job_id(job: str, pk: int | str) -> str:
    return f"{job}-{pk}"


def _on_commit(queue: str, job: str, pk: int | str) -> None:
    transaction.on_commit(partial(_enqueue, queue, job, pk))


def _enqueue(queue: str, job: str, pk: int | str) -> None:
    try:
        if not _waits_already(queue, job, pk):
            _call(queue, job, pk)
    except DuplicateJobError:
        logger.info("%s %s is queued already", job, pk)
    except RedisError as error:
        logger.warning("%s %s waits for the queue server: %s", job, pk, error)


def _waits_already(queue: str, job: str, pk: int | str) -> bool:
    """Tell whether the job waits; what remains of a dead one is dropped."""
    there = django_rq.get_queue(queue).fetch_job(_job_id(job, pk))
    if there is None:
        return False
    if there.get_status() in _WAITING:
        return True
    there.delete()
    return False


def _call(queue: str, job: str, pk: int | str) -> None:
    django_rq.get_queue(queue).enqueue_call(
        f"submissions.jobs.{job}",
        args=(pk,),
        job_id=_job_id(job, pk),
        result_ttl=0,
        failure_ttl=86_400,
        unique=True,
    )
