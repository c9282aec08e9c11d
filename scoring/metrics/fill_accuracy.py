"""Fill accuracy: gaps filled with the true word / gaps, over all rows together.

Words are compared as text, without spaces around them and without case, since many models know no
case; the same characters may be encoded in two ways (NFC). Gaps beyond the end of a short answer
are wrong, and so are all gaps of a missing row, which therefore can't help.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric


class FillAccuracy(SumMetric):
    """Statistics: right gaps, gaps."""

    facts = share(
        "fill_accuracy",
        "Fill accuracy",
        "The share of gaps whose first choice is the word that was taken out; case makes no "
        "difference.",
        shapes=(Shape.WORDS,),
        reference="scikit-learn accuracy_score over gaps",
    )

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        rows = zip(labels, predictions, strict=True)
        counts = [(_right(label, answer or ()), len(label)) for label, answer in rows]
        return np.array(counts, dtype=np.int64)

    def formula(self, sums: Floats) -> float:
        right, gaps = sums
        return float(right / gaps)


def _right(label: Sequence[str], answer: Sequence[str]) -> int:
    filled = zip(label, answer, strict=False)
    return sum(_comparable(word) == _comparable(given) for word, given in filled)


def _comparable(word: str) -> str:
    return unicodedata.normalize("NFC", word.strip().casefold())


METRIC = FillAccuracy()
