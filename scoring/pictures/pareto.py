"""Which entries no other one beats in points and in what they take. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def pareto_front(pairs: Sequence[tuple[float, float]]) -> list[int]:
    """Return the indices of ``(cost, gain)`` that no other pair dominates, the cheapest first.

    One dominates another if it costs no more, gains no less, and is better in one of the two.
    Equal pairs are on the front together.
    """
    by_cost = sorted(range(len(pairs)), key=lambda index: (pairs[index][0], -pairs[index][1]))
    front: list[int] = []
    for index in by_cost:
        if not front or pairs[index][1] > pairs[front[-1]][1] or pairs[index] == pairs[front[-1]]:
            front.append(index)
    return front
