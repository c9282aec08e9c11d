"""Perplexity a byte: 2 to the power of the bits per byte.

Of a masked model, each of whose tokens is foretold from all others, it is the pseudo-perplexity
(Salazar et al. 2020), taken over bytes: a mean over tokens would compare models with the same
tokens only. Values are rounded to 10 decimals, which hides what the powers of two machines differ
by. What a missing row costs: see ``bits_per_byte``.
"""

from __future__ import annotations

import math

from competitions.kinds.metric_facts import MetricFacts, register
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats
from scoring.metrics.bits_per_byte import MOST, BitsPerByte

_DECIMALS = 10


class BytePerplexity(BitsPerByte):
    """Statistics: bits, bytes."""

    facts = register(
        MetricFacts(
            name="byte_perplexity",
            title="Perplexity a byte",
            sentence="Among how many equally likely bytes a model wavers at each byte of the "
            "texts: 1 where it foretells them, 256 where it knows nothing. Of masked models it is "
            "the pseudo-perplexity.",
            direction="lower",
            low=1.0,
            high=2.0**MOST,
            shapes=(Shape.BITS,),
            reference="2 to the bits per byte; Salazar et al. 2020 (pseudo-perplexity)",
        )
    )

    def formula(self, sums: Floats) -> float:
        return round(math.pow(2.0, super().formula(sums)), _DECIMALS)


METRIC = BytePerplexity()
