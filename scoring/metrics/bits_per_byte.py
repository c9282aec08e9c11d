"""Bits per byte: what texts cost a model / their size in UTF-8, over all rows together.

−sum of ln p / (ln 2 · bytes), which compares models whatever their tokens are. A row costs 16 bits
a byte at most, twice what it takes to write it down; a missing row costs that, so that it can't
help.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from competitions.kinds.metric_facts import error
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric
from scoring.metrics.numbers import given_numbers, true_numbers

MOST = 16.0


class BitsPerByte(SumMetric):
    """Statistics: bits, bytes."""

    facts = error(
        "bits_per_byte",
        "Bits per byte",
        "What the texts cost, −log₂ of their probability, for each byte: 8 is what writing "
        "them down takes, and a good model needs less. A row costs 16 at most.",
        shapes=(Shape.BITS,),
        reference="−Σ ln p / (ln 2 · UTF-8 bytes), Gao et al. 2020 (The Pile)",
        high=MOST,
    )

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        sizes, given = true_numbers(labels), given_numbers(predictions)
        worst = MOST * sizes
        bits = np.where(np.isnan(given), worst, np.clip(given, 0.0, worst))
        return np.stack([bits, sizes], axis=1)

    def formula(self, sums: Floats) -> float:
        bits, sizes = sums
        return float(bits / sizes)


METRIC = BitsPerByte()
