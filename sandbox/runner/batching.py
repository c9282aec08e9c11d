"""Batches of similar lengths under a budget of padded tokens.

Sorting by length removes most padding: on a CPU it made MiniLM twice as fast as batches in the
order of the file.
"""

import random
from collections.abc import Sequence
from typing import Any


def token_batches(lengths: Sequence[int], *, ties: Sequence[Any], budget: int) -> list[list[int]]:
    """Split indices so that rows × longest row of each batch stays within ``budget`` tokens.

    A row above the budget is a batch of its own. ``ties`` (anything sortable, such as the texts)
    orders rows of one length: batches then hold the same texts in whatever order the rows came.
    This matters because a model's outputs depend on its batch in the last digits.

    The batch of the longest rows is first, so that a lack of memory shows at once; the others
    follow in a fixed random order, so that the rate seen so far foretells the time left.
    """
    order = sorted(range(len(lengths)), key=lambda index: (-lengths[index], ties[index]))
    batches: list[list[int]] = []
    longest = 0
    for index in order:
        if not batches or longest * (len(batches[-1]) + 1) > budget:
            batches.append([])
            longest = max(1, lengths[index])
        batches[-1].append(index)
    rest = batches[1:]
    random.Random(0).shuffle(rest)  # noqa: S311 - an order, not a secret
    return batches[:1] + rest
