"""The cosine of two vectors, the same to the last digit on any machine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import mul

_DECIMALS = 12


def cosine(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the cosine of two vectors of the same length, 0 where one of them is all zeros.

    Sums are exactly rounded; 12 decimals are kept, so that vectors of one direction have 1.
    """
    first, second = _scaled(first), _scaled(second)
    lengths = math.sqrt(_product(first, first)) * math.sqrt(_product(second, second))
    if lengths == 0.0:
        return 0.0
    return round(max(-1.0, min(1.0, _product(first, second) / lengths)), _DECIMALS)


def _scaled(vector: Sequence[float]) -> list[float]:
    """Bring the largest number to 1: squares of very small ones would vanish."""
    largest = max(map(abs, vector))
    return [number / largest for number in vector] if largest else [*vector]


def _product(first: Sequence[float], second: Sequence[float]) -> float:
    return math.fsum(map(mul, first, second))
