"""Vectors of length 1, whose products are cosines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def scale_to_unit_length(matrix: Floats) -> Floats:
    """Bring each row of ``matrix`` (n, d) to length 1, in place, and return it.

    Rows of zeros stay zeros.
    """
    # By the largest number first: squares of very small ones would vanish.
    _divide(matrix, np.abs(matrix).max(axis=1))
    _divide(matrix, np.sqrt(np.square(matrix).sum(axis=1)))
    return matrix


def _divide(matrix: Floats, lengths: Floats) -> None:
    np.divide(matrix, lengths[:, None], out=matrix, where=lengths[:, None] > 0)
