"""A claim with an end: whoever works on a row renews its lease, or loses it.

A lease is taken and renewed by conditional UPDATEs, so two workers never hold the same one. The
heartbeat runs in a thread with its own database connection; when the row is no longer ours (it
was cancelled, or the reconciler gave it away), ``lost`` is set and the work must stop.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

logger = logging.getLogger(__name__)


def lease_end(now: datetime | None = None) -> datetime:
    """Return when a lease taken now ends unless it is renewed."""
    return (now or timezone.now()) + timedelta(seconds=settings.LEASE_SECONDS)


def unleased(now: datetime) -> Q:
    """Return the condition that nobody holds a row's lease: there is none, or it has ended."""
    return Q(lease_until=None) | Q(lease_until__lt=now)


class Heartbeat:
    """Calls ``renew`` every third of a lease; ``renew`` returns whether the row is still ours."""

    def __init__(self, renew: Callable[[], bool], *, interval: float) -> None:
        self.lost = threading.Event()
        self._renew = renew
        self._interval = interval
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """Stop beating and wait for the thread's end."""
        self._done.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._done.wait(self._interval):
                if not self._renewed():
                    self.lost.set()
                    return
        finally:
            connection.close()

    def _renewed(self) -> bool:
        try:
            return self._renew()
        except DatabaseError as error:
            # The lease runs on for a while; the next beat may get through.
            logger.warning("heartbeat missed: %s", error)
            return True


@contextmanager
def heartbeat(renew: Callable[[], bool]) -> Iterator[Heartbeat]:
    """Keep a lease while the block works."""
    beat = Heartbeat(renew, interval=settings.LEASE_SECONDS / 3)
    beat.start()
    try:
        yield beat
    finally:
        beat.stop()
