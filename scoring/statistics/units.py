"""What is resampled: rows, or whole groups of rows (a document, a user, a family).

Rows of a group depend on each other. Resampling them one by one would claim more knowledge than
there is, so a group is drawn or left as one unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.metrics.base import Floats, Statistics


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """``of_row`` (n,) is the number of each row's unit, from 0 to ``count`` - 1."""

    of_row: NDArray[np.intp]
    count: int

    @classmethod
    def of_members(cls, members: Sequence[str]) -> Units:
        """Number the units by the order of their names: a row's group, or its id without one.

        By name, so that what a row is drawn for does not depend on the order of the rows.

        Raises:
            ValueError: no rows.
        """
        if not members:
            raise ValueError("no rows")
        number = {name: place for place, name in enumerate(sorted(set(members)))}
        return cls(np.array([number[member] for member in members], dtype=np.intp), len(number))

    @classmethod
    def of_rows(cls, count: int) -> Units:
        """Let every row be a unit, by its place. Raises ValueError for no rows."""
        if count < 1:
            raise ValueError("no rows")
        return cls(np.arange(count, dtype=np.intp), count)

    def sums(self, statistics: Statistics) -> Statistics:
        """Add up the rows of each unit: (n, k) to (units, k), in the order of the rows.

        Raises:
            ValueError: there is another number of rows.
        """
        if len(statistics) != len(self.of_row):
            raise ValueError("statistics and units differ in rows")
        whole = np.issubdtype(statistics.dtype, np.integer) or statistics.dtype == np.bool_
        total = np.zeros((self.count, statistics.shape[1]), np.int64 if whole else np.float64)
        if self.count == len(self.of_row):
            total[self.of_row] = statistics
        else:
            np.add.at(total, self.of_row, statistics)
        return total

    def spread(self, weights: NDArray[np.int64]) -> Floats:
        """Give each row the weight of its unit: (units,) to (n,)."""
        return weights[self.of_row].astype(np.float64)
