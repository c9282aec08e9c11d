"""What many measurements of one thing come to: the median and the quartiles."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """Half of the measurements lie between `low` and `high`."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


def spread(values: Sequence[float]) -> Spread:
    """The spread of at least one value."""
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(median, low, high)


def ratios(values: Sequence[float], base: Sequence[float]) -> Spread:
    """The spread of each value over the one of `base` that was measured beside it.

    Raises ValueError when they are not as many.
    """
    return spread([value / other for value, other in zip(values, base, strict=True)])


def differences(values: Sequence[float], base: Sequence[float]) -> Spread:
    """The spread of each value less the one of `base` that was measured beside it.

    Raises ValueError when they are not as many.
    """
    return spread([value - other for value, other in zip(values, base, strict=True)])
