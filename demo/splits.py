"""Deterministic train and test splits that never divide a group.

The order comes from hashes of texts, not from a random generator, so that it is the same with
every Python version and doesn't move when rows are added elsewhere.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One row before it is split. Examples that share a key belong to one group."""

    input: Mapping[str, Any]
    label: Any
    keys: tuple[str, ...]
    slices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Rows as written to disk; ``test`` rows hold input and label together."""

    train: list[dict[str, Any]]
    test: list[dict[str, Any]]


def split(examples: Sequence[Example], *, slug: str, train_rows: int, test_rows: int) -> Split:
    """Fill the test side, then the train side, with whole groups in the order of their hashes.

    The test side may exceed ``test_rows`` by the rest of its last group. Row ids number the rows
    in hash order; a ``group`` is written where a group has more than one row.
    """
    test: list[dict[str, Any]] = []
    train: list[dict[str, Any]] = []
    groups = grouped(examples)
    for name in sorted(groups, key=lambda name: _digest(slug, name)):
        members = groups[name]
        side = test if len(test) < test_rows else train
        if side is train and len(train) + len(members) > train_rows:
            continue
        group = {"group": f"g-{_digest(slug, name)[:10]}"} if len(members) > 1 else {}
        side.extend({**_row(member), **group} for member in members)
    return Split(train=_numbered(train, f"{slug}-train"), test=_numbered(test, f"{slug}-test"))


def grouped(examples: Sequence[Example]) -> dict[str, list[Example]]:
    """Join examples that share a key, directly or through others; name groups by a key."""
    leaders: dict[str, str] = {}
    for example in examples:
        roots = {_leader(leaders, key) for key in example.keys}
        smallest = min(roots)
        leaders.update(dict.fromkeys(roots, smallest))
    groups: defaultdict[str, list[Example]] = defaultdict(list)
    for example in examples:
        groups[_leader(leaders, example.keys[0])].append(example)
    return dict(groups)


def _row(example: Example) -> dict[str, Any]:
    slices = {"slices": dict(example.slices)} if example.slices else {}
    return {"input": example.input, "label": example.label, **slices}


def _leader(leaders: dict[str, str], key: str) -> str:
    while leaders.setdefault(key, key) != key:
        key = leaders[key]
    return key


def _digest(*parts: Hashable) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


def _numbered(rows: list[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    def text(row: dict[str, Any]) -> str:
        return _digest(prefix, *sorted(map(str, row["input"].values())), row["label"])

    return [{"id": f"{prefix}-{n:05d}", **row} for n, row in enumerate(sorted(rows, key=text), 1)]
