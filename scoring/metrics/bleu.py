"""BLEU over all rows (Papineni et al. 2002) by sacrebleu, as a share.

Texts are tokenized as mteval-v13a does, case counts, and orders without a match are smoothed
exponentially. There must be four words in a row in some answer: a perfect answer of two words
alone has BLEU 0. What a missing row counts: see ``written_texts``.
"""

from __future__ import annotations

from typing import Any

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Statistics
from scoring.metrics.written_texts import LONGEST, SacrebleuMetric

_ORDERS = 4


class Bleu(SacrebleuMetric):
    """Statistics: words, words of references, matches and n-grams of each order, missing."""

    facts = share(
        "bleu",
        "BLEU",
        "How many of the answers' runs of one to four words stand in a reference, with a penalty "
        "where answers are shorter than references; over all rows together, as a share (0.31 is "
        "what others write as 31). A missing row counts as a very long, wrong text.",
        shapes=(Shape.TEXT,),
        reference="sacrebleu BLEU (13a, exp)",
    )

    def library_metric(self) -> Any:
        from sacrebleu.metrics.bleu import BLEU

        return BLEU(force=True)  # no warning where answers look tokenized

    def of_missing(self, references: Statistics) -> list[int]:
        return [0, int(references[:, 1].max()), *[0] * (2 * _ORDERS)]

    def of_answered(self, statistics: list[int], missing: int) -> list[int] | None:
        head, totals = statistics[:-_ORDERS], statistics[-_ORDERS:]
        if min(totals) == 0:
            return None
        return [*head, *(total + missing * LONGEST for total in totals)]


METRIC = Bleu()
