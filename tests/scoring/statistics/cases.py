"""Statistics of rows and names, as the tests of this folder need them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from scoring.metrics.base import Statistics

SEED = "0123456789abcdef0123456789abcdef"
OTHER_SEED = "fedcba9876543210fedcba9876543210"


def right(*answers: int) -> Statistics:
    """Statistics of accuracy."""
    rows = np.array(answers, dtype=np.int8)
    return np.stack([rows, np.ones_like(rows)], axis=1)


def some_right(count: int, rows: int) -> Statistics:
    return right(*[1] * count, *[0] * (rows - count))


answers = st.lists(st.integers(0, 1), min_size=1, max_size=40)
