"""The p-value of a test whose null distribution was drawn: p = (1 + #extreme) / (B + 1).

The observed difference counts as one of the draws, so p is never 0 and the test holds its level
for any B (Phipson & Smyth 2010). Extreme means: as far from 0 as observed, in either direction.
"""

from __future__ import annotations

import numpy as np

from scoring.metrics.base import Floats

_RELATIVE, _ABSOLUTE = 1e-9, 1e-12
"""Differences that should be equal are, though they were computed from other sums."""


def p_value(observed: float, drawn: Floats) -> float:
    """Return the two-sided p of a difference among (B,) differences drawn without one.

    Raises:
        ValueError: a difference is not finite.
    """
    if not np.isfinite(observed) or not np.isfinite(drawn).all():
        raise ValueError("differences must be finite")
    least = abs(observed) * (1 - _RELATIVE) - _ABSOLUTE
    extreme = int((np.abs(drawn) >= least).sum())
    return (1 + extreme) / (len(drawn) + 1)
