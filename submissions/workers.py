"""Worker processes: check what they need, say plainly what is absent, then take jobs."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from django.conf import settings
from django_rq import get_worker
from redis.exceptions import RedisError

from common.errors import DomainError
from sandbox.backend import Backend, BackendUnavailable
from submissions import queue, sandboxes

logger = logging.getLogger(__name__)


class WorkerCannotStart(DomainError):
    """Something the worker needs is absent; the text says what to do."""


def check_queue() -> None:
    """Raise WorkerCannotStart when the queue server does not answer."""
    try:
        queue.ping()
    except RedisError as error:
        raise WorkerCannotStart(
            "queue_unreachable",
            f"The queue server does not answer ({error}). Start Valkey or Redis, or set "
            "PODIUM_REDIS_URL to where it listens.",
        ) from error


def check_sandbox() -> Backend:
    """Return the backend, probed; raises WorkerCannotStart when no run could be isolated."""
    try:
        backend = sandboxes.backend()
        backend.check()
    except BackendUnavailable as error:
        raise WorkerCannotStart("sandbox_unavailable", str(error)) from error
    return backend


def clear_work_dir() -> None:
    """Remove staged folders that a killed worker on this host left behind."""
    for folder in Path(settings.WORK_DIR).glob("run-*"):
        shutil.rmtree(folder, ignore_errors=True)


def work(queues: list[str]) -> None:
    """Take jobs from ``queues``, the first being the most urgent, until told to stop."""
    get_worker(*queues).work(logging_level="INFO")
