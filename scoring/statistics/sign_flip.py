"""The paired sign-flip test: had it made no difference which entry gave which answers?

If two entries are equally good, each unit's pair of answers could as well have been the other way
round. So the pairs of a random half of the units are swapped, and both values computed again; for a
mean of rows that flips the signs of the rows' differences. For other functions of sums (macro-F1,
BLEU) swapping is what remains of it. Units in which both have the same statistics change nothing
and are left alone; groups are swapped whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring.metrics.base import Floats, Gold, Metric, Statistics, SumMetric
from scoring.metrics.base import Given as Answers
from scoring.statistics.draws import draw_bits
from scoring.statistics.exact import exact
from scoring.statistics.seeds import stream_of
from scoring.statistics.units import Units

_BLOCK_FLIPS = 2_000_000


class Null(NamedTuple):
    """Values (B,) of both entries, drawn as if they were equally good."""

    first: Floats
    second: Floats


def sign_flips(
    metric: SumMetric,
    first: Statistics,
    second: Statistics,
    *,
    units: Units,
    seed: str,
    resamples: int,
) -> Null:
    """Return both entries' values with pairs of statistics (n, k) swapped at random.

    Raises:
        ValueError: statistics that differ in shape.
    """
    if first.shape != second.shape:
        raise ValueError("entries need statistics of the same shape")
    rows = np.concatenate([units.sums(first), units.sums(second)])
    whole = exact(rows, total_weight=2 * units.count)
    ours, theirs = np.split(whole.numbers.astype(np.float64), 2)
    differing = (ours != theirs).any(axis=1)
    moved = (ours - theirs)[differing].astype(whole.numbers.dtype)
    sums = ours.sum(axis=0), theirs.sum(axis=0)
    values = np.empty((2, resamples))
    start = 0
    for flips in _flip_blocks(len(moved), resamples=resamples, seed=seed):
        stop = start + len(flips)
        shift = (flips.astype(moved.dtype) @ moved).astype(np.float64)
        for entry, total in enumerate((sums[0] - shift, sums[1] + shift)):
            scaled: Floats = np.ldexp(total, whole.exponents)
            values[entry, start:stop] = metric.finalize_all(scaled)
        start = stop
    return Null(values[0], values[1])


def answer_flips(
    metric: Metric,
    labels: Gold,
    first: Answers,
    second: Answers,
    *,
    classes: tuple[str, ...],
    units: Units,
    seed: str,
    resamples: int,
) -> Null:
    """Return both entries' values with pairs of answers swapped, for a metric without sums."""
    pairs = list(zip(first, second, strict=True))
    values = np.empty((2, resamples))
    place = 0
    for flips in _flip_blocks(units.count, resamples=resamples, seed=seed):
        for flip in flips[:, units.of_row].tolist():
            ours = [pair[side] for pair, side in zip(pairs, flip, strict=True)]
            theirs = [pair[1 - side] for pair, side in zip(pairs, flip, strict=True)]
            values[0, place] = metric.value(labels, ours, classes=classes)
            values[1, place] = metric.value(labels, theirs, classes=classes)
            place += 1
    return Null(values[0], values[1])


def _flip_blocks(units: int, *, resamples: int, seed: str) -> Iterator[NDArray[np.uint8]]:
    """Yield (block, units) of 1 where a pair is swapped; memory is bounded."""
    stream = stream_of(seed)
    size = max(1, _BLOCK_FLIPS // max(1, units))
    for start in range(0, resamples, size):
        yield draw_bits(stream, min(size, resamples - start), units)
