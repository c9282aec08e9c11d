"""Worker processes: check what they need, say plainly what is absent, then take jobs."""

from __future__ import annotations

import logging
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils import timezone
from django_rq import get_worker
from redis.exceptions import RedisError
from rq.serializers import JSONSerializer

from common.errors import DomainError
from sandbox.backend import BackendUnavailable
from submissions import jobs, queue, sandboxes
from submissions.models import Run, Worker
from submissions.seal import key_fingerprint

logger = logging.getLogger(__name__)

JOBS = [
    job.__name__
    for job in (
        jobs.validate,
        jobs.infer,
        jobs.score,
        jobs.compare,
        jobs.board,
        jobs.duplicates,
        jobs.rescore,
    )
]


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


def check_result_key() -> str:
    """Return the fingerprint of the key that seals results; raises WorkerCannotStart."""
    try:
        return key_fingerprint()
    except OSError as error:
        raise WorkerCannotStart(
            "result_key",
            f"The key that seals results, {settings.RESULT_KEY}, can't be read: {error}. On "
            "another host than the first, copy the key from there; else let this worker write "
            "the folder.",
        ) from error


def check_sandbox() -> sandboxes.Host:
    """Return the sandbox of this worker after real runs have proved what it declares.

    Raises:
        WorkerCannotStart: no run could be isolated; the text says what to do.
    """
    try:
        host = sandboxes.host()
    except BackendUnavailable as error:
        raise WorkerCannotStart("sandbox_unavailable", str(error)) from error
    for guarantee, seen in host.proof.withdrawn.items():
        logger.warning("%s does not hold %s here: %s", host.backend.name, guarantee, seen)
    return host


@contextmanager
def announced(host: sandboxes.Host, *, queues: list[str]) -> Iterator[None]:
    """Write down that this worker takes runs, what it holds, and when it ended."""
    now = timezone.now()
    _write_down_the_killed()
    name = jobs.worker_name()
    facts = {
        "backend": host.backend.name,
        "queues": queues,
        "held": sorted(host.held),
        "environments": sorted(host.environments),
        "withdrawn": {str(name): seen for name, seen in host.proof.withdrawn.items()},
        "started_at": now,
        "seen_at": now,
        "stopped_at": None,
    }
    Worker.objects.update_or_create(name=name, defaults=facts)
    connections.close_all()
    try:
        yield
    finally:
        Worker.objects.filter(name=name).update(stopped_at=timezone.now())


def _write_down_the_killed() -> None:
    """A worker that was killed could not say so: its process on this host is gone."""
    here = f"{socket.gethostname()}:"
    for worker in Worker.objects.filter(stopped_at=None, name__startswith=here):
        if not Path("/proc", worker.name.removeprefix(here)).exists():
            worker.stopped_at = worker.seen_at
            worker.save(update_fields=["stopped_at"])


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
