"""How often each kind of unit is drawn, when as many are drawn as there are: multinomial counts.

With one kind nothing is left to chance. With two, a count is binomial, read off its distribution.
With more, each kind's count is first Poisson with a mean a little below its number. Whatever their
total came to, counts are multinomial given that total, so drawing the units that are still missing
one by one makes them exactly what is wanted; in the rare case of too large a total, all are drawn
one by one.

Distributions are made by multiplying and adding from the most likely count outwards: no logarithm,
which machines round differently, takes part.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from scoring.metrics.base import Floats
from scoring.statistics.draws import draw_indices, draw_shares
from scoring.statistics.seeds import stream_of

Counts = NDArray[np.int64]
_SPARED = 4.5
"""Standard deviations by which the Poisson total stays below the number of units."""
_REACH = 10
"""Standard deviations of a distribution that its table spans on either side."""
_BLOCK_DRAWS = 1_000_000


def multinomial_counts(counts: Counts, *, resamples: int, seed: str) -> Counts:
    """Return (resamples, kinds): each row adds up to the number of units, ``counts.sum()``.

    ``counts`` (kinds,) says how many units of each kind there are; each is at least 1.
    """
    units = int(counts.sum())
    if len(counts) == 1:
        return np.full((resamples, 1), units, dtype=np.int64)
    if len(counts) == 2:
        shares = draw_shares(stream_of(seed, "binomial"), resamples)
        first = _Table.binomial(units, int(counts[0])).read(shares)
        return np.stack([first, units - first], axis=1)
    drawn = _most(counts, units, resamples, seed)
    drawn[drawn.sum(axis=1) > units] = 0
    _draw_rest(drawn, counts, units, seed)
    return drawn


def _most(counts: Counts, units: int, resamples: int, seed: str) -> Counts:
    kept = max(0.0, 1.0 - _SPARED / math.sqrt(units))
    drawn = np.zeros((resamples, len(counts)), dtype=np.int64)
    for kind, count in enumerate(counts.tolist()):
        if kept > 0:
            shares = draw_shares(stream_of(seed, "poisson", str(kind)), resamples)
            drawn[:, kind] = _Table.poisson(count * kept).read(shares)
    return drawn


def _draw_rest(drawn: Counts, counts: Counts, units: int, seed: str) -> None:
    """Draw missing units one by one into ``drawn``, in blocks of bounded memory."""
    kinds = len(counts)
    kind_of = np.repeat(np.arange(len(counts)), counts)
    stream = stream_of(seed, "rest")
    rest = units - drawn.sum(axis=1)
    size = max(1, _BLOCK_DRAWS // max(1, int(rest.max())))
    for start in range(0, len(drawn), size):
        block = rest[start : start + size]
        where = np.repeat(np.arange(len(block)) * kinds, block)
        total = len(where) + len(where) % 2
        found = kind_of[draw_indices(stream, total, below=units)[: len(where)]]
        drawn[start : start + size] += np.bincount(
            where + found, minlength=len(block) * kinds
        ).reshape(len(block), kinds)


class _Table:
    """A distribution of counts from ``lowest`` on: cumulated chances, the last of which is 1."""

    def __init__(self, lowest: int, rising: Floats, falling: Floats) -> None:
        """``rising`` are p(k + 1) / p(k) from the mode on, ``falling`` p(k - 1) / p(k) from it."""
        below = np.cumprod(falling)[::-1]
        chances = np.concatenate([below, [1.0], np.cumprod(rising)])
        self._lowest = lowest
        self._cumulated = np.cumsum(chances)
        self._cumulated /= self._cumulated[-1]

    @classmethod
    def binomial(cls, units: int, kind: int) -> _Table:
        """Of ``units`` draws, those of a kind that ``kind`` of the units are (fewer than all)."""
        odds = kind / (units - kind)
        reach = _reach(kind * (1 - kind / units))
        low, high = max(0, kind - reach), min(units, kind + reach)
        up = np.arange(kind, high, dtype=np.float64)
        down = np.arange(kind, low, -1, dtype=np.float64)
        return cls(low, (units - up) / (up + 1) * odds, down / (units - down + 1) / odds)

    @classmethod
    def poisson(cls, mean: float) -> _Table:
        """Counts of this mean, above 0."""
        mode, reach = math.floor(mean), _reach(mean)
        low = max(0, mode - reach)
        up = np.arange(mode, mode + reach, dtype=np.float64)
        down = np.arange(mode, low, -1, dtype=np.float64)
        return cls(low, mean / (up + 1), down / mean)

    def read(self, shares: Floats) -> Counts:
        """Return the count at each share of the distribution."""
        place = np.searchsorted(self._cumulated, shares, side="right")
        return (np.minimum(place, len(self._cumulated) - 1) + self._lowest).astype(np.int64)


def _reach(variance: float) -> int:
    return _REACH * math.isqrt(math.ceil(variance)) + 2 * _REACH
