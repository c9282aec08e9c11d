"""Whole numbers, bits and shares from the raw 64-bit words of a generator.

numpy's own distributions may change between versions and ask the machine's mathematics library;
these use whole numbers and exact divisions only, so they are the same everywhere.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Philox
from numpy.typing import NDArray

from scoring.metrics.base import Floats

_HALF = np.uint64(32)


def draw_indices(stream: Philox, count: int, *, below: int) -> NDArray[np.int64]:
    """Return ``count`` numbers of equal chance from 0 to ``below`` - 1.

    Each takes half a word and multiplies it down, so chances differ by below / 2³² at most. An odd
    count leaves half a word unused.

    Raises:
        ValueError: ``below`` is not between 1 and 2³² - 1.
    """
    if not 1 <= below < 1 << 32:
        raise ValueError("there must be between 1 and 2**32 - 1 to draw from")
    halves = _bytes(stream, (count + 1) // 2).view("<u4")[:count]
    scaled = halves.astype(np.uint64)
    scaled *= np.uint64(below)
    scaled >>= _HALF
    return scaled.astype(np.int64)


def draw_bits(stream: Philox, rows: int, columns: int) -> NDArray[np.uint8]:
    """Return (rows, columns) of 0 and 1, each as likely; every row begins with a new word."""
    words = (columns + 63) // 64
    raw = _bytes(stream, rows * words).view(np.uint8).reshape(rows, words * 8)
    return np.unpackbits(raw, axis=1, bitorder="little")[:, :columns]


def draw_shares(stream: Philox, count: int) -> Floats:
    """Return ``count`` multiples of 2⁻⁵³ from 0 up to, not including, 1."""
    return (stream.random_raw(count) >> np.uint64(11)).astype(np.float64) * np.float64(2.0**-53)


def _bytes(stream: Philox, words: int) -> NDArray[np.uint64]:
    """Return words whose bytes are in the same order on every machine."""
    return stream.random_raw(words).astype("<u8", copy=False)
