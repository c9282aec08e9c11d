"""The hash chain of publications: pure, and the same for the platform and for whoever checks it.

Each entry holds the hash of the one before it, so that an entry can't be changed, removed, added
or moved without changing every hash after it. An end that was cut off shows only to those who
noted the last hash: that is why it stands on pages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from common.canonical_json import JsonInvalid, canonical, strict_object

GENESIS = "0" * 64
"""What the first entry names as the one before it."""
_FIELDS = {"sequence": int, "at": str, "kind": str, "payload": dict, "previous": str, "hash": str}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One publication. ``sequence`` counts from 1; ``at`` is the time in UTC (ISO 8601);
    ``payload`` holds names and digests, never a score."""

    sequence: int
    at: str
    kind: str
    payload: Mapping[str, Any]
    previous: str
    hash: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return all fields."""
        return {name: getattr(self, name) for name in _FIELDS}

    def line(self) -> bytes:
        """Return the entry as a line of JSON Lines."""
        return canonical(self.as_dict()) + b"\n"


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that does not follow from the one before it, and why."""

    sequence: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verified:
    """How many entries were read, the hash of the last whole one, and the first break, if any."""

    entries: int
    head: str
    broken: Break | None


def hash_of(entry: Entry) -> str:
    """Return the sha256 of an entry's canonical JSON without its hash, in hexadecimal."""
    body = {name: value for name, value in entry.as_dict().items() if name != "hash"}
    return hashlib.sha256(canonical(body)).hexdigest()


def verify(entries: Iterable[Entry]) -> Verified:
    """Follow the chain from its beginning up to the first break."""
    head, count = GENESIS, 0
    for entry in entries:
        if reason := _fault(entry, count + 1, head):
            return Verified(count, head, Break(entry.sequence, reason))
        head, count = entry.hash, count + 1
    return Verified(count, head, None)


def read_entries(lines: Iterable[bytes]) -> Iterator[Entry]:
    """Read a downloaded log (JSON Lines); raises JsonInvalid naming the line."""
    for number, line in enumerate(lines, start=1):
        try:
            found = strict_object(line)
        except JsonInvalid as error:
            raise JsonInvalid(f"line {number}: {error}") from error
        if set(found) != set(_FIELDS):
            raise JsonInvalid(f"line {number}: an entry has the fields {', '.join(_FIELDS)}")
        for name, kind in _FIELDS.items():
            if type(found[name]) is not kind:
                raise JsonInvalid(f"line {number}: {name} is of another type")
        yield Entry(**found)


def _fault(entry: Entry, expected: int, previous: str) -> str:
    if entry.sequence != expected:
        return f"entry {expected} is missing: entry {entry.sequence} stands in its place"
    if entry.previous != previous:
        return "it does not follow the entry before it"
    try:
        is_right = entry.hash == hash_of(entry)
    except ValueError:
        return "its content is nothing that has a hash: it holds infinity, or half a letter"
    return "" if is_right else "its content is not what its hash was made of"
