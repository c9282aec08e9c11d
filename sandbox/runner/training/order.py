"""Which train rows, and in which order: by their content and the seed alone.

Ids and the order of the file differ from run to run, so nothing may follow them. Python's own
generator gives the same order for a seed on every machine.
"""

import random
from collections.abc import Iterator, Sequence
from typing import Any


def canonical(keys: Sequence[Any], labels: Sequence[Any]) -> list[int]:
    """Places of rows in the order of label and content; equal rows can be exchanged."""
    return sorted(range(len(keys)), key=lambda place: (labels[place], keys[place]))


def spread(places: Sequence[int], count: int | None) -> list[int]:
    """``count`` of the places at equal distances, so that labels in order keep their shares."""
    if count is None or count >= len(places):
        return list(places)
    return [places[(2 * number + 1) * len(places) // (2 * count)] for number in range(count)]


def batches(
    places: Sequence[int], *, size: int, epochs: int, seed: int, most: int | None
) -> Iterator[list[int]]:
    """The batches of a whole training, at most ``most``: every epoch all places, shuffled anew."""
    given = 0
    for epoch in range(epochs):
        order = list(places)
        random.Random(f"podium {seed} {epoch}").shuffle(order)  # noqa: S311 - an order, no secret
        for start in range(0, len(order), size):
            if given == most:
                return
            yield order[start : start + size]
            given += 1
