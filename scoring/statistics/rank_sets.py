"""Rank sets: which ranks each entry may hold, for all entries at once with one certainty.

With the difference of each pair of entries, its value on resamples and its standard error se, c is
the 95 % quantile over resamples of the largest |difference* - difference| / se of all pairs. All
true differences lie within c x se of the observed ones at once in 95 % of boards (Mogstad, Romano,
Shaikh & Wilhelm 2024; Romano & Wolf 2005). A pair further apart than that is told apart, and an
entry's best rank is 1 + the entries surely better, its worst M - those surely worse. Percentiles of
resampled ranks would be too narrow: ranks of equals differ by chance alone, on each resample again.

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
_BITS = 23
"""Of the largest deviation; squares of differences then add up below 2**63 for 2**15 resamples."""
_MOST_RESAMPLES = 1 << 15
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


def rank_sets(points: Floats, replicates: Floats, *, units: int, level: float = LEVEL) -> RankSets:
    """Compare all pairs of M entries by points (M,) and paired replicates (M, B).

    ``units`` is the smallest number of rows or groups that any task resampled. A pair whose
    difference never varies (equal answers, or a task that both failed) has no standard error: it is
    told apart if its points differ at all. Memory goes with M x B.

    Raises:
        ValueError: shapes that don't fit, a number that is not finite, or more than 32 768
            resamples.
    """
    entries = len(points)
    if replicates.ndim != 2 or len(replicates) != entries or not entries:
        raise ValueError("each entry needs points and a row of replicates")
    if not 2 <= replicates.shape[1] <= _MOST_RESAMPLES:
        raise ValueError("rank sets need between 2 and 32 768 resamples")
    if not np.isfinite(points).all() or not np.isfinite(replicates).all():
        raise ValueError("points must be finite")
    deviations, unit = _whole(replicates - points[:, None])
    errors = _standard_errors(deviations, unit)
    critical = _critical(deviations, unit, errors, level)
    gaps = points[:, None] - points[None, :]
    different = (np.abs(gaps) > critical * errors + _SAME_POINTS) & (units >= FEWEST_UNITS)
    return RankSets(
        best=1 + (different & (gaps < 0)).sum(axis=1),
        worst=entries - (different & (gaps > 0)).sum(axis=1),
        different=different,
        standard_errors=errors,
        critical=critical,
    )


def _whole(deviations: Floats) -> tuple[NDArray[np.int64], float]:
    """Round to multiples of a power of two, 2**-23 of the largest; return multiples and power."""
    _, exponent = math.frexp(float(np.abs(deviations).max()))
    scaled = np.ldexp(deviations, _BITS - exponent)
    return np.rint(scaled).astype(np.int64), math.ldexp(1.0, exponent - _BITS)


def _later(deviations: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield each entry's number and the differences (later entries, B) to those after it."""
    for entry in range(len(deviations) - 1):
        yield entry, deviations[entry + 1 :] - deviations[entry]


def _standard_errors(deviations: NDArray[np.int64], unit: float) -> Floats:
    entries, resamples = deviations.shape
    errors = np.zeros((entries, entries))
    for entry, differences in _later(deviations):
        total = differences.sum(axis=1).astype(np.float64)
        squares = (differences * differences).sum(axis=1).astype(np.float64)
        about_mean = np.maximum(squares - total * total / resamples, 0.0)
        about_mean[(differences == differences[:, :1]).all(axis=1)] = 0.0
        error = np.sqrt(about_mean / (resamples - 1)) * unit
        errors[entry, entry + 1 :] = errors[entry + 1 :, entry] = error
    return errors


def _critical(deviations: NDArray[np.int64], unit: float, errors: Floats, level: float) -> float:
    """Return c: the value at place ceil(level (B + 1)) in order, which errs upwards."""
    resamples = deviations.shape[1]
    largest = np.zeros(resamples)
    for entry, differences in _later(deviations):
        error = errors[entry, entry + 1 :]
        varies = error > 0
        if varies.any():
            scale = (unit / error[varies])[:, None]
            np.maximum(largest, (np.abs(differences[varies]) * scale).max(axis=0), out=largest)
    place = min(resamples, math.ceil(level * (resamples + 1) - 1e-9))
    return float(np.sort(largest)[place - 1])
