"""Brackets beside a board: runs of neighbours of whom none can be told from another.

As the bars of a multiple comparison (Piepho 2004): brackets overlap, since being tied is not
transitive. Any two entries in one bracket are tied; of two that share none, they or some between
them are told apart.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def tie_brackets(different: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return (first, last) places, from 0 and both included, of the longest runs of two or more.

    ``different`` (M, M) tells which pairs are told apart, in the order of the board.

    Raises:
        ValueError: it is not square.
    """
    if different.ndim != 2 or different.shape[0] != different.shape[1]:
        raise ValueError("each entry is compared with each")
    brackets: list[tuple[int, int]] = []
    reached = 0
    for first in range(len(different)):
        last = _last_tied(different, first)
        if last > max(first, reached):
            brackets.append((first, last))
            reached = last
    return brackets


def _last_tied(different: NDArray[np.bool_], first: int) -> int:
    last = first
    while last + 1 < len(different) and not different[first : last + 1, last + 1].any():
        last += 1
    return last
