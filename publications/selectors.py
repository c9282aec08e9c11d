"""The log as everybody may see it. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from publications.chain import GENESIS, Verified, verify
from publications.models import Publication


@dataclass(frozen=True, slots=True)
class Head:
    """Number and hash of the last entry; 0 and zeros for an empty log."""

    sequence: int
    hash: str


def head() -> Head:
    """Return the end of the log: what somebody notes to see later that nothing was rewritten."""
    last = Publication.objects.order_by("-sequence").first()
    return Head(0, GENESIS) if last is None else Head(last.sequence, last.hash)


def verify_log() -> Verified:
    """Follow the stored chain from its beginning up to the first break."""
    return verify(row.entry for row in Publication.objects.order_by("sequence").iterator())


def log_lines() -> Iterator[bytes]:
    """Yield the whole log as JSON Lines."""
    for row in Publication.objects.order_by("sequence").iterator():
        yield row.entry.line()
