"""The workers that run submissions: which are there, and which can run a competition's."""

from __future__ import annotations

from django.db.models import Q

from competitions.guarantees import required_guarantees
from competitions.models import Competition
from submissions import queue
from submissions.models import Worker
from submissions.needs import environments_of


def live() -> Q:
    """Return what is true of workers that take runs now: they have not ended.

    One that was killed together with its host could not say so, but the queue server forgets it.
    Where that does not answer, such a worker counts as live.
    """
    known = queue.serving()
    running = Q(stopped_at=None)
    return running if known is None else running & Q(name__in=known)


def live_workers() -> list[Worker]:
    """Return the workers that take runs now, the last seen first."""
    return list(Worker.objects.filter(live()))


def lacking(worker: Worker, competition: Competition) -> frozenset[str]:
    """Return the names of what the worker would have to hold to run the competition's entries."""
    return required_guarantees(competition) - frozenset(worker.held)


def lacking_environments(worker: Worker, competition: Competition) -> frozenset[str]:
    """Return the environments that formats of the competition need and the worker has not."""
    return environments_of(competition) - frozenset(worker.environments)


def serves(worker: Worker, competition: Competition) -> bool:
    """Tell whether the worker takes runs from the competition's queue."""
    return queue.queue_of(competition) in worker.queues
