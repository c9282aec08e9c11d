"""What makes embeddings unfit for a probe."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from common.errors import DomainError

# Far above any honest answer or squared error (labels reach 1e12); its square is still finite.
_LARGEST = 1e30


class ProbeRefused(DomainError):
    """The embeddings can't be probed; the task fails with this message."""

    status = 422


def require_numbers(found: NDArray[np.float64] | Sequence[float]) -> None:
    """Refuse what a dimension that hardly moves in one part and far in another blows up to.

    Raises:
        ProbeRefused: ``probe_overflow``.
    """
    if not np.all(np.abs(found) <= _LARGEST):
        raise ProbeRefused(
            "probe_overflow",
            "Rows differ too much in size: some dimension is all but constant in one part of the "
            "rows and large in another, so that the probe's numbers leave every range.",
        )
