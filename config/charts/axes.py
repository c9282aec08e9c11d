"""Scales and their ticks, and labels that keep out of each other's way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

_WIDE = 20.0
_MOST_TICKS = 5
_STEPS = (
    *(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 3, 6, 12)),
    *(timedelta(days=days) for days in (1, 2, 4, 7, 14, 28, 56, 112, 224, 448)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Maps values from ``start`` to ``end`` onto places from ``first`` to ``last``."""

    start: float
    end: float
    first: float
    last: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        """Return the place of a value; what lies outside is put on the nearer end."""
        start, end = self.start, self.end
        if self.logarithmic:
            value, start, end = (math.log10(each) for each in (value, start, end))
        share = (value - start) / (end - start)
        return self.first + (self.last - self.first) * min(1.0, max(0.0, share))


def nice_step(least: float) -> float:
    """Return the smallest of 1, 2 and 5 times a power of ten that is not below ``least``."""
    if least <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least)


def round_ends(low: float, high: float, *, least: float = 0.0) -> tuple[float, float, list[float]]:
    """Return round ends around two values, and ticks from one to the other.

    Ticks lie ``least`` apart at least.
    """
    step = max(least, nice_step((high - low) / _MOST_TICKS))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    ticks = [round(step * number, 9) for number in range(first, last + 1)]
    return ticks[0], ticks[-1], ticks


def is_wide(values: Sequence[float]) -> bool:
    """Tell whether values above 0 lie so far apart that only a logarithmic axis shows them."""
    return bool(values) and min(values) > 0 and max(values) / min(values) >= _WIDE


def log_ticks(low: float, high: float) -> tuple[float, float, list[float]]:
    """Return ends and ticks of a logarithmic axis: powers of ten, a few steps between them where
    there are few."""
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    last = max(last, first + 1)
    stride = max(1, math.ceil((last - first) / _MOST_TICKS))
    steps = (1, 3) if last - first <= 2 else (1,)
    ticks = [
        step * 10.0**power
        for power in range(first, last + 1, stride)
        for step in steps
        if step * 10.0**power <= 10.0**last
    ]
    return 10.0**first, 10.0**last, ticks


def time_ticks(start: datetime, end: datetime) -> list[tuple[datetime, str]]:
    """Return up to six round moments from ``start`` to ``end`` (UTC) with their texts."""
    step = next((each for each in _STEPS if each * _MOST_TICKS >= end - start), _STEPS[-1])
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    skipped = math.ceil((start - midnight) / step)
    ticks = []
    moment = midnight + skipped * step
    while moment <= end:
        ticks.append(
            (moment, f"{moment.day} {moment:%b}" if _is_day(moment) else f"{moment:%H:%M}")
        )
        moment += step
    return ticks


def _is_day(moment: datetime) -> bool:
    return moment.hour == moment.minute == 0


def spread(places: Sequence[float], *, gap: float, low: float, high: float) -> list[float]:
    """Return places near the given ones, in their order, that lie ``gap`` apart within the ends.

    Where there is no room for that, they lie evenly.
    """
    order = sorted(range(len(places)), key=lambda index: places[index])
    gap = min(gap, (high - low) / max(1, len(places) - 1))
    found = [0.0] * len(places)
    least = low
    for index in order:
        found[index] = least = max(places[index], least)
        least += gap
    most = high
    for index in reversed(order):
        found[index] = most = min(found[index], most)
        most -= gap
    return found
