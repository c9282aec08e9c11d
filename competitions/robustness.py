"""Which test rows are tried once more with changed texts, and what these copies are.

Pure: the worker that lays rows out and the scorer that reads answers find the same copies. The
rows are chosen by a keyed hash of their ids, the same for every submission, so that entries can be
compared; nobody knows them without the key.
"""

from __future__ import annotations

import hashlib
import heapq
import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from competitions.kinds.base import TaskKind
from competitions.perturbations import PERTURBATIONS, perturbed

SAMPLE_ROWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A changed copy of the row ``row_id``, made by the perturbation ``name``."""

    row_id: str
    name: str
    input: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Its own id among the copies: names hold no colon."""
        return f"{self.name}:{self.row_id}"


def copies(
    rows: Iterable[Mapping[str, Any]], *, kind: TaskKind, task: str, key: str
) -> Iterator[Copy]:
    """Yield the copies of a task's test rows ``{"id", "input"}``, in whatever order these are.

    A copy that would be the row itself is left out. ``key`` is the competition's, ``task`` a slug.
    """
    asked = (row for row in rows if kind.asks is None or kind.asks(row["input"]))
    for row in heapq.nsmallest(SAMPLE_ROWS, asked, key=lambda row: _rank(key, task, row["id"])):
        for name in PERTURBATIONS:
            changed = _changed(row, kind, name)
            if changed != row["input"]:
                yield Copy(row_id=row["id"], name=name, input=changed)


def most_copies(rows: int) -> int:
    """Return how many copies may be made at most where a task has ``rows`` test rows."""
    return min(rows, SAMPLE_ROWS) * len(PERTURBATIONS)


def _changed(row: Mapping[str, Any], kind: TaskKind, name: str) -> dict[str, Any]:
    texts = {
        field: perturbed(row["input"][field], name, seed=f"{field}\0{row['id']}")
        for field in kind.perturbed
    }
    return {**row["input"], **texts}


def _rank(key: str, task: str, row_id: str) -> bytes:
    message = f"robustness\0{task}\0{row_id}".encode("utf-8", "surrogatepass")
    return hmac.new(key.encode(), message, hashlib.sha256).digest()
