"""The fallback where there are neither sums nor answers to swap: resampled values alone.

Both entries' values on the same resamples are at hand (AUC, average precision, rank correlations
store no more). How their difference varies about the observed one is taken for how it would vary
about 0 if the entries were equal. Weaker than a sign-flip test, whose level is exact; its name
``paired-bootstrap`` is stored beside p.
"""

from __future__ import annotations

from scoring.metrics.base import Floats
from scoring.statistics.sign_flip import Null


def centred(
    first: float, second: float, first_replicates: Floats, second_replicates: Floats
) -> Null:
    """Return values (B,) of both as if they were equal: their mean, and half of what their
    difference varied by on either side of it.

    Raises:
        ValueError: the entries met other numbers of resamples.
    """
    if len(first_replicates) != len(second_replicates):
        raise ValueError("entries must meet the same resamples")
    varied = (first_replicates - second_replicates - (first - second)) / 2
    middle = (first + second) / 2
    return Null(middle + varied, middle - varied)
