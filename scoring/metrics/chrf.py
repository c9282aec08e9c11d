"""chrF++ over all rows (Popović 2017) by sacrebleu, as a share.

Runs of one to six characters, without spaces, and of one and two words; recall counts twice as much
as precision. What a missing row counts: see ``written_texts``.
"""

from __future__ import annotations

from typing import Any

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Statistics
from scoring.metrics.written_texts import LONGEST, SacrebleuMetric

_ORDERS = 8


class Chrf(SacrebleuMetric):
    """Statistics, for each order: n-grams of the answer, of the reference, matches; missing."""

    facts = share(
        "chrf",
        "chrF++",
        "How many runs of one to six characters and of one and two words answers and references "
        "share, over all rows together, as a share (0.57 is what others write as 57). It serves "
        "any language. A missing row counts as a very long, wrong text.",
        shapes=(Shape.TEXT,),
        reference="sacrebleu CHRF(word_order=2)",
    )

    def library_metric(self) -> Any:
        from sacrebleu.metrics.chrf import CHRF

        return CHRF(word_order=2)

    def of_missing(self, references: Statistics) -> list[int]:
        longest = references[:, 1::3].max(axis=0)
        return [count for of_order in longest for count in (LONGEST, int(of_order), 0)]

    def of_answered(self, statistics: list[int], missing: int) -> list[int] | None:
        return statistics


METRIC = Chrf()
