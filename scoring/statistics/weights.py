"""How often each unit is drawn in each resample: the weights that all entries of a task share.

A resample draws as many units as there are, each with equal chance, with replacement. Memory stays
bounded: weights come in blocks of resamples, and their size changes no number.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from scoring.statistics.draws import draw_indices
from scoring.statistics.seeds import stream_of

_BLOCK_DRAWS = 200_000  # fits a processor's cache: several times faster than ten times as many


def weight_blocks(
    units: int, *, resamples: int, seed: str, block_draws: int = _BLOCK_DRAWS
) -> Iterator[NDArray[np.int64]]:
    """Yield (block, units) of multiplicities until there are ``resamples`` rows of them.

    Each row adds up to ``units``. Every resample begins with a new word of the stream.
    """
    stream = stream_of(seed)
    even = units + units % 2
    size = max(1, block_draws // even)
    for start in range(0, resamples, size):
        rows = min(size, resamples - start)
        drawn = draw_indices(stream, rows * even, below=units).reshape(rows, even)[:, :units]
        drawn += (np.arange(rows, dtype=np.int64) * units)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=rows * units)
        yield counts.reshape(rows, units).astype(np.int64, copy=False)
