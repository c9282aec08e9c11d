"""Which test rows are public: fixed by a keyed hash, before anybody enters.

A member is a row's group, or its id where it has none, so a group is never divided. Members are
ordered by HMAC-SHA256(key, task and member) and the first share of them is public: without the
key nobody can tell which, and both splits have rows as soon as there are two members.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection


def public_members(
    members: Collection[str], *, key: str, task: str, public_fraction: float
) -> frozenset[str]:
    """Return the members whose rows are public, at least one and never all of them.

    Raises:
        ValueError: fewer than two different members can't be divided.
    """
    ordered = sorted(set(members), key=lambda member: _rank(key, task, member))
    if len(ordered) < 2:
        raise ValueError("one member can't be divided into two splits")
    count = round(public_fraction * len(ordered))
    return frozenset(ordered[: min(len(ordered) - 1, max(1, count))])


def _rank(key: str, task: str, member: str) -> bytes:
    message = f"{task}\0{member}".encode("utf-8", "surrogatepass")
    return hmac.new(key.encode(), message, hashlib.sha256).digest()
