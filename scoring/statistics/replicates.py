"""Values of a sum metric on resampled rows, for one entry or for all entries of a task at once.

All entries meet the same weights, so replicate b of one entry may be subtracted from replicate b
of another. Columns that entries share (the count of rows, the true classes) are summed once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.metrics.base import Floats, Statistics, SumMetric
from scoring.statistics.exact import Exact, Operand, exact
from scoring.statistics.units import Units
from scoring.statistics.weights import weight_blocks

_MOST_CELLS = 5_000_000


def replicates(
    metric: SumMetric, statistics: Statistics, *, units: Units, seed: str, resamples: int
) -> Floats:
    """Return (B,) values of one entry, as ``board_replicates`` would among others."""
    entries = board_replicates(metric, [statistics], units=units, seed=seed, resamples=resamples)
    return entries.reshape(-1)


def board_replicates(
    metric: SumMetric,
    statistics: Sequence[Statistics],
    *,
    units: Units,
    seed: str,
    resamples: int,
) -> Floats:
    """Return (entries, B) values on the same resampled units.

    ``statistics`` are each entry's rows (n, k), all in the order that ``units`` was made from.

    Raises:
        ValueError: no entries, or statistics that differ in shape.
    """
    columns, places = _shared_columns([units.sums(each) for each in statistics])
    operand = exact(columns, total_weight=units.count)
    values = np.empty((len(statistics), resamples))
    start = 0
    for sums in _sums(operand, units.count, resamples, seed):
        stop = start + len(sums)
        for entry, place in enumerate(places):
            values[entry, start:stop] = metric.finalize_all(sums[:, place])
        start = stop
    return values


def _sums(operand: Exact, units: int, resamples: int, seed: str) -> Iterator[Floats]:
    """Yield column sums (b, k) of all resamples in turn, as many at once as memory should hold."""
    cells = max(units, operand.numbers.shape[1])
    for weights in _gathered(
        weight_blocks(units, resamples=resamples, seed=seed),
        dtype=operand.numbers.dtype,
        rows=max(1, _MOST_CELLS // cells),
    ):
        yield operand.weighed(weights)


def _gathered(
    blocks: Iterator[NDArray[np.int64]], *, dtype: np.dtype[Any], rows: int
) -> Iterator[Operand]:
    """Join small blocks until they have ``rows`` rows: one large product costs less than many."""
    pieces: list[Operand] = []
    held = 0
    for block in blocks:
        pieces.append(block.astype(dtype))
        held += len(block)
        if held >= rows:
            yield np.concatenate(pieces)
            pieces, held = [], 0
    if pieces:
        yield np.concatenate(pieces)


def _shared_columns(
    statistics: Sequence[Statistics],
) -> tuple[Statistics, list[NDArray[np.intp]]]:
    """Return the different columns of all entries, and where each entry's k columns are."""
    if not statistics or len({each.shape for each in statistics}) != 1:
        raise ValueError("entries need statistics of the same shape")
    found: dict[bytes, int] = {}
    columns: list[Statistics] = []
    places = []
    for each in statistics:
        place = np.empty(each.shape[1], dtype=np.intp)
        for number, column in enumerate(np.ascontiguousarray(each.T)):
            key = column.dtype.char.encode() + column.tobytes()
            if key not in found:
                found[key] = len(columns)
                columns.append(column)
            place[number] = found[key]
        places.append(place)
    return np.stack(columns, axis=1), places
