"""Products of weights and statistics without rounding, however the machine adds them up.

Matrix products are fast because they add in whatever order suits the machine, and rounding then
differs from one to the next. Sums of whole numbers below 2⁵³ are exact in any order. Whole
statistics are such numbers already; others are rounded to a fixed point first, column by column,
with as many binary places as the largest possible sum leaves: 1e-12 of the column's largest number
at 10 000 rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scoring.metrics.base import Floats, Statistics

_SINGLE_BITS = 24
_DOUBLE_BITS = 53
Operand: TypeAlias = NDArray[Any]
"""Whole numbers as float32, or as float64 where their sums may reach 2**24."""


@dataclass(frozen=True, slots=True, eq=False)
class Exact:
    """``numbers`` (units, k) are whole; times 2 to ``exponents`` (k,) they are the statistics."""

    numbers: Operand
    exponents: NDArray[np.int64]

    def weighed(self, weights: NDArray[Any]) -> Floats:
        """Return weights (b, units), which are whole, times the statistics: (b, k)."""
        product = weights.astype(self.numbers.dtype, copy=False) @ self.numbers
        sums: Floats = np.ldexp(product.astype(np.float64), self.exponents)
        return sums


def exact(statistics: Statistics, *, total_weight: int) -> Exact:
    """Prepare (units, k) statistics for weights of whole numbers that add up to ``total_weight``.

    Raises:
        ValueError: a statistic is not finite.
    """
    numbers = statistics.astype(np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError("statistics must be finite")
    largest = np.abs(numbers).max(axis=0, initial=0.0) * total_weight
    _, bits = np.frexp(largest)  # largest < 2**bits
    fractions = (numbers != np.rint(numbers)).any(axis=0)
    shifts = np.where(fractions | (bits > _DOUBLE_BITS), _DOUBLE_BITS - bits.astype(np.int64), 0)
    whole = np.rint(np.ldexp(numbers, shifts))
    fits = not shifts.any() and int(bits.max(initial=0)) <= _SINGLE_BITS
    return Exact(whole.astype(np.float32) if fits else whole, -shifts)
