"""The loss over the steps of a training, short enough for a report."""

from collections.abc import Sequence
from dataclasses import dataclass

POINTS = 200


@dataclass(frozen=True, slots=True)
class Curve:
    """``losses`` are means over the steps since the point before; ``steps`` count from 1."""

    steps: tuple[int, ...]
    losses: tuple[float, ...]


def curve_of(losses: Sequence[float]) -> Curve:
    """At most ``POINTS`` points of the losses of all steps; the last point is the last step."""
    width = max(1, -(-len(losses) // POINTS))
    ends = [min(end, len(losses)) for end in range(width, len(losses) + width, width)]
    means = [_mean(losses[end - 1 - (end - 1) % width : end]) for end in ends]
    return Curve(tuple(ends), tuple(means))


def _mean(losses: Sequence[float]) -> float:
    return float(f"{sum(losses) / len(losses):.5g}")
