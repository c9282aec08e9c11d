"""Adds to the log of publications, in the transaction of what is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from publications.chain import GENESIS, Entry, hash_of
from publications.models import Publication

# Any number that no other lock of the database's has.
_LOCK = 0x706F6469756D


def append(kind: Publication.Kind, payload: Mapping[str, Any]) -> Publication:
    """Add one entry; both it and what it tells of are there after the commit, or neither.

    ``payload`` holds names, numbers of versions and digests. Holds the log's lock up to the end
    of the transaction: take every other lock before.
    """
    with transaction.atomic():
        _lock()
        last = Publication.objects.order_by("-sequence").first()
        now = timezone.now()
        entry = Entry(
            sequence=1 if last is None else last.sequence + 1,
            at=now.isoformat(),
            kind=str(kind),
            payload=dict(payload),
            previous=GENESIS if last is None else last.hash,
        )
        entry = replace(entry, hash=hash_of(entry))
        return Publication.objects.create(**{**entry.as_dict(), "at": now})


def _lock() -> None:
    """Let writers wait for each other. SQLite's do: a transaction there is the only writer's."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
