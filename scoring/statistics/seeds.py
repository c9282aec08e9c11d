"""Seeds that anybody can derive again: from names, not from a clock or a counter.

The same task and dataset version give the same seed, so all entries of a task meet the same
resampled rows, and replicates of two entries can be subtracted one by one.
"""

from __future__ import annotations

import hashlib
import json
from typing import Literal

from numpy.random import Philox

Purpose = Literal["bootstrap", "sign-flip"]
_BYTES = 16


def seed_for(*, competition: str, task: str, dataset: str, split: str, purpose: Purpose) -> str:
    """Return the seed as 32 hexadecimal digits.

    ``dataset`` names the dataset version, ``split`` its rows (public or private): other rows are
    resampled by other draws. Streams of different purposes are independent.
    """
    names = json.dumps([competition, task, dataset, split, purpose], ensure_ascii=True)
    return hashlib.sha256(names.encode("ascii")).digest()[:_BYTES].hex()


def stream_of(seed: str, *names: str) -> Philox:
    """Return the generator of a seed; with ``names``, an independent one below it.

    Only its raw words are to be used: numpy promises to keep those, and they are whole numbers.

    Raises:
        ValueError: the seed is not 32 hexadecimal digits.
    """
    key = bytes.fromhex(seed)
    if len(key) != _BYTES:
        raise ValueError("a seed has 32 hexadecimal digits")
    if names:
        key = hashlib.sha256(key + json.dumps(names).encode("ascii")).digest()[:_BYTES]
    return Philox(key=int.from_bytes(key, "big"))
