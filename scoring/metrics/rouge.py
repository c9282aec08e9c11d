"""ROUGE-L (Lin 2004) by rouge-score: the longest common subsequence of two texts' tokens.

With l tokens in it, F1 of l / tokens of the answer and l / tokens of the reference; the reference
that fits best counts, and the value is the mean over rows. The library fills a table with a cell
for each pair of tokens, which for the longest answers would be gigabytes; the length is therefore
counted by bits here, and only that. A missing row counts 0, the worst there is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from competitions.kinds.metric_facts import MetricFacts, share
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric

Tokenize = Callable[[str], Sequence[str]]


class RougeL(SumMetric):
    """Statistics: the row's F1, 1."""

    def __init__(self, facts: MetricFacts, *, tokenize: Tokenize) -> None:
        self.facts = facts
        self._tokenize = tokenize

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        rows = zip(labels, predictions, strict=True)
        values = [self._best(label, answer) for label, answer in rows]
        return np.array([(value, 1.0) for value in values], dtype=np.float64)

    def formula(self, sums: Floats) -> float:
        values, rows = sums
        return float(values / rows)

    def _best(self, references: Sequence[str], answer: str | None) -> float:
        if answer is None:
            return 0.0
        given = self._tokenize(answer)
        return max(_f1(self._tokenize(text), given) for text in references)


def _f1(reference: Sequence[str], given: Sequence[str]) -> float:
    from rouge_score.scoring import fmeasure

    if not reference or not given:
        return 0.0
    common = common_length(reference, given)
    return float(fmeasure(common / len(given), common / len(reference)))


def common_length(first: Sequence[str], second: Sequence[str]) -> int:
    """Return the length of the longest common subsequence (Hyyrö 2004, bit-parallel)."""
    places: dict[str, int] = {}
    for place, token in enumerate(first):
        places[token] = places.get(token, 0) | 1 << place
    everywhere = (1 << len(first)) - 1
    open_places = everywhere
    for token in second:
        matches = open_places & places.get(token, 0)
        open_places = ((open_places + matches) | (open_places - matches)) & everywhere
    return len(first) - open_places.bit_count()


def rouge_l(name: str, title: str, tokens: str, *, tokenize: Tokenize) -> RougeL:
    """Return the metric over ``tokens``, what texts are cut into in words."""
    facts = share(
        name,
        title,
        f"How much of an answer and its reference is the same, in the same order: {tokens}, gaps "
        "allowed; F1 of the reference that fits best, averaged over rows.",
        shapes=(Shape.TEXT,),
        reference="rouge-score rougeL, F1",
    )
    return RougeL(facts, tokenize=tokenize)
