"""Rank sets: which ranks each entry may hold, for all entries at once with one certainty.

With the difference of each pair of entries, its value on resamples and its standard error se, c
bounds the 95 % quantile over resamples of the largest |difference* - difference| / se of all pairs.
All true differences lie within c x se of the observed ones at once in 95 % of boards (Mogstad,
Romano, Shaikh & Wilhelm 2024; Romano & Wolf 2005). A pair further apart than that is told apart,
and an entry's best rank is 1 + the entries surely better, its worst M - those surely worse.
Percentiles of resampled ranks would be too narrow: ranks of equals differ by chance alone, on each
resample again.

Standard errors are sums of whole numbers, hence the same on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.metrics.base import Floats
from scoring.statistics.budgets import LEVEL

FEWEST_UNITS = 10
"""Fewer resampled rows or groups tell nothing apart, however far apart the values are."""
_BITS = 21
"""Of the largest deviation: squares of differences add up below 2**63 over 2**14 resamples."""
_UPPER = 1.645
"""Standard deviations that a normal number lies below with 95 %."""
_BLOCK_CELLS = 100_000
_MOST_RESAMPLES = 1 << 14
_SAME_POINTS = 1e-9
"""Points that differ by less were only added up in another order."""


@dataclass(frozen=True, slots=True, eq=False)
class RankSets:
    """``best`` and ``worst`` (M,) ranks from 1, in the order the entries came in.

    ``different`` (M, M) tells which pairs are told apart, ``standard_errors`` (M, M) of their
    differences in points; ``critical`` is c, 0 where no pair varies.
    """

    best: NDArray[np.int64]
    worst: NDArray[np.int64]
    different: NDArray[np.bool_]
    standard_errors: Floats
    critical: float


def rank_sets(
    points: Floats,
    replicates: Floats,
    *,
    units: int,
    level: float = LEVEL,
    told: Floats | None = None,
    step: float = 0.0,
) -> RankSets:
    """Compare all pairs of M entries by points (M,) and paired replicates (M, B).

    Where points are told rounded, ``told`` (M,) are compared in their place, so that no set tells
    more than they do. They are rounded to the nearest multiple of ``step``: by that much the points
    of two entries may lie closer together than what is told of them.

    ``units`` is the smallest number of rows or groups that any task resampled. A pair whose
    difference never varies (equal answers, or a task that both failed) has no standard error: it is
    told apart if its points differ at all. Memory goes with M x B.

    Raises:
        ValueError: shapes that don't fit, a number that is not finite, or more than 16 384
            resamples.
    """
    entries = len(points)
    if replicates.ndim != 2 or len(replicates) != entries or not entries:
        raise ValueError("each entry needs points and a row of replicates")
    if not 2 <= replicates.shape[1] <= _MOST_RESAMPLES:
        raise ValueError("rank sets need between 2 and 16 384 resamples")
    if not np.isfinite(points).all() or not np.isfinite(replicates).all():
        raise ValueError("points must be finite")
    deviations, unit = _whole(replicates - points[:, None])
    errors = _standard_errors(deviations, unit)
    critical = _critical(deviations, unit, errors, level)
    shown = points if told is None else told
    gaps = shown[:, None] - shown[None, :]
    least = critical * errors + step + _SAME_POINTS
    different = (np.abs(gaps) > least) & (units >= FEWEST_UNITS)
    return RankSets(
        best=1 + (different & (gaps < 0)).sum(axis=1),
        worst=entries - (different & (gaps > 0)).sum(axis=1),
        different=different,
        standard_errors=errors,
        critical=critical,
    )


def _whole(deviations: Floats) -> tuple[NDArray[np.int64], float]:
    """Round to multiples of a power of two, 2**-21 of the largest; return multiples and power."""
    _, exponent = math.frexp(float(np.abs(deviations).max()))
    scaled = np.ldexp(deviations, _BITS - exponent)
    return np.rint(scaled).astype(np.int64), math.ldexp(1.0, exponent - _BITS)


def _blocks(deviations: NDArray[np.int64]) -> Iterator[tuple[slice, NDArray[np.int64]]]:
    """Yield (M, block) parts that fit a processor's cache, and which resamples they are."""
    size = max(1, _BLOCK_CELLS // len(deviations))
    for start in range(0, deviations.shape[1], size):
        part = slice(start, start + size)
        yield part, np.ascontiguousarray(deviations[:, part])


def _standard_errors(deviations: NDArray[np.int64], unit: float) -> Floats:
    entries, resamples = deviations.shape
    totals = np.zeros((entries, entries), dtype=np.int64)
    squares = np.zeros((entries, entries), dtype=np.int64)
    # From the first resample on: where a difference never varies, all squares are then 0.
    for _, block in _blocks(deviations - deviations[:, :1]):
        for entry in range(entries - 1):
            differences = block[entry + 1 :] - block[entry]
            totals[entry, entry + 1 :] += differences.sum(axis=1)
            squares[entry, entry + 1 :] += (differences * differences).sum(axis=1)
    means = totals.astype(np.float64) / resamples
    about_mean = np.maximum(squares.astype(np.float64) - means * means * resamples, 0.0)
    errors: Floats = np.sqrt(about_mean / (resamples - 1)) * unit
    return errors + errors.T


def _critical(deviations: NDArray[np.int64], unit: float, errors: Floats, level: float) -> float:
    """Return c: of the quantile, which resamples tell with an error, an upper 95 % bound.

    That bound is the value at place B level + 1.645 sqrt(B level (1 - level)) in order, since the
    number of resamples below the true quantile is binomial. At the quantile itself, half of all
    computations would promise a little too much.
    """
    entries, resamples = deviations.shape
    scale = np.divide(unit, errors, out=np.zeros_like(errors), where=errors > 0)
    largest = np.zeros(resamples)
    for part, block in _blocks(deviations):
        for entry in range(entries - 1):
            distances = np.abs(block[entry + 1 :] - block[entry]) * scale[entry + 1 :, entry, None]
            np.maximum(largest[part], distances.max(axis=0), out=largest[part])
    spread = math.sqrt(resamples * level * (1 - level))
    place = min(resamples, math.ceil(resamples * level + _UPPER * spread))
    return float(np.sort(largest)[place - 1])
