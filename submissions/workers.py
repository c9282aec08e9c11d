"""Worker processes: check what they need, say plainly what is absent, then take jobs."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from django.conf import settings
from django_rq import get_worker
from redis.exceptions import RedisError
from rq.serializers import JSONSerializer

from common.errors import DomainError
from sandbox.backend import Backend, BackendUnavailable
from sandbox.selfcheck import prove
from submissions import jobs, queue, sandboxes
from submissions.models import Run

logger = logging.getLogger(__name__)

JOBS = [job.__name__ for job in (jobs.validate, jobs.infer, jobs.score)]


class WorkerCannotStart(DomainError):
    """Something the worker needs is absent; the text says what to do."""


def check_queue() -> None:
    """Raise WorkerCannotStart when the queue server does not answer, or has no address."""
    try:
        queue.ping()
    except RedisError as error:
        raise WorkerCannotStart(
            "queue_unreachable",
            f"The queue server does not answer ({error}). Start Valkey or Redis, or set "
            "PODIUM_REDIS_URL to where it listens.",
        ) from error
    except ValueError as error:
        raise WorkerCannotStart(
            "queue_address", f"PODIUM_REDIS_URL is no address of a queue server: {error}."
        ) from error


def check_sandbox() -> Backend:
    """Return the backend after a real sandbox has proved what it declares.

    Raises:
        WorkerCannotStart: no run could be isolated; the text says what to do.
    """
    work_dir = Path(settings.WORK_DIR)
    work_dir.mkdir(parents=True, exist_ok=True)
    try:
        backend = sandboxes.backend()
        backend.check()
        backend.remove_leftovers()
        proof = prove(backend, work_dir=work_dir)
    except BackendUnavailable as error:
        raise WorkerCannotStart("sandbox_unavailable", str(error)) from error
    for guarantee in proof.withdrawn:
        logger.warning("the sandbox does not hold %s here", guarantee)
    return backend


def clear_leftovers() -> None:
    """Remove what killed workers on this host left behind: folders of runs that run no more."""
    running = set(Run.objects.filter(state=Run.State.RUNNING).values_list("pk", flat=True))
    for folder in Path(settings.WORK_DIR).glob("run-*-*"):
        if folder.name.split("-")[1] not in {str(pk) for pk in running}:
            shutil.rmtree(folder, ignore_errors=True)


def work(queues: list[str]) -> None:
    """Take jobs from ``queues``, the first being the most urgent, until told to stop.

    Each job runs in a forked child; the jobs are imported here, once, so that a child starts
    with everything loaded.
    """
    logger.info("jobs: %s", ", ".join(JOBS))
    get_worker(*queues, serializer=JSONSerializer).work(logging_level="INFO")
