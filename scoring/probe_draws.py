"""Which train rows a probe is fitted on, drawn by keyed hashes and so without a random generator.

A draw depends on the seed and on ids and targets of the rows, never on their order, the machine or
the version of a library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from scoring.probe_heads import Floats, Integers


def levels(ids: Sequence[str], numbers: Floats, *, count: int) -> Floats:
    """Return the level of each number: ``count`` levels of nearly equally many rows: (rows,).

    Drawn by level, numbers keep their distribution, and which rows of a level are drawn is up to
    the seed. Equal numbers go by id.
    """
    values = numbers.tolist()
    order = sorted(range(len(ids)), key=lambda place: (values[place], ids[place]))
    level = np.empty(len(order), dtype=np.float64)
    level[order] = (2 * np.arange(len(order)) + 1) * count // (2 * len(order))
    return level


def few_of_each(ids: Sequence[str], targets: Floats, *, count: int, seed: str) -> Integers:
    """Return the places of ``count`` rows of each class (all where it has fewer), in order."""
    order = _hashed_order(ids, seed)
    chosen = [order[targets[order] == code][:count] for code in np.unique(targets)]
    return np.sort(np.concatenate(chosen))


def spread(ids: Sequence[str], targets: Floats, *, count: int, seed: str) -> Integers:
    """Return the places of ``count`` rows (all where there are fewer), sorted by target.

    They are spread evenly over the rows in the order of target and hash, so that classes (or
    ``levels`` of numbers) keep their shares.
    """
    order = _hashed_order(ids, seed)
    order = order[np.argsort(targets[order], kind="stable")]
    count = min(count, len(order))
    return order[(2 * np.arange(count) + 1) * len(order) // (2 * count)]


def dealt(ids: Sequence[str], targets: Floats, *, parts: int, seed: str) -> Integers:
    """Return the part of each row, 0 to ``parts`` - 1: (rows,).

    They are dealt in the order of target and hash, so that all parts are alike.
    """
    order = _hashed_order(ids, seed)
    order = order[np.argsort(targets[order], kind="stable")]
    part = np.empty(len(order), dtype=np.int64)
    part[order] = np.arange(len(order)) % parts
    return part


def _hashed_order(ids: Sequence[str], seed: str) -> Integers:
    """Return all places in an order that is as good as random."""
    keys = [hashlib.sha256(f"{seed}\0{row_id}".encode("utf-8", "surrogatepass")) for row_id in ids]
    digests = [key.digest() for key in keys]
    return np.array(sorted(range(len(ids)), key=digests.__getitem__), dtype=np.int64)
