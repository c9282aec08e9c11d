"""Precision of the most probable contacts, averaged over sequences (not pooled over pairs).

Of a sequence of L places, the L / divisor most probable pairs whose places lie at least
``separation`` apart; the share of them that touch. Pairs of equal probability are taken by i, then
j. Where an answer has fewer such pairs, the rest of them are wrong; where a sequence is so short
that fewer exist, as many are asked as there are. A sequence without a true contact so far apart
can't be answered right and is left out. As in CASP, and in Rao et al. 2020, "Transformer protein
language models are unsupervised structure learners".

A sequence without an answer counts 0, the worst there is, so that missing never helps.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from competitions.kinds.metric_facts import MetricFacts, share
from competitions.kinds.shapes import Shape
from competitions.kinds.values import Contacts, ContactsAnswer
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric


class ContactPrecision(SumMetric):
    """Statistics: the sequence's precision, 1; both 0 where nothing could be right."""

    def __init__(self, facts: MetricFacts, *, divisor: int, separation: int) -> None:
        self.facts = facts
        self._divisor = divisor
        self._separation = separation

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        rows = zip(labels, predictions, strict=True)
        return np.array([self._row(label, answer) for label, answer in rows], dtype=np.float64)

    def formula(self, sums: Floats) -> float:
        total, sequences = sums
        return float(total / sequences) if sequences else 0.0

    def _row(self, label: Contacts, answer: ContactsAnswer | None) -> tuple[float, float]:
        true = {pair for pair in label.pairs if pair[1] - pair[0] >= self._separation}
        if not true:
            return 0.0, 0.0
        # Where there is such a contact, there are places enough to ask for one.
        asked = min(label.length // self._divisor, _pairs_apart(label.length, self._separation))
        if answer is None:
            return 0.0, 1.0
        return len(true.intersection(self._most_probable(answer, asked))) / asked, 1.0

    def _most_probable(self, answer: ContactsAnswer, asked: int) -> list[tuple[int, int]]:
        first = np.array(answer.places[::2], dtype=np.int64)
        second = np.array(answer.places[1::2], dtype=np.int64)
        apart = second - first >= self._separation
        falling = -np.array(answer.probabilities, dtype=np.float64)[apart]
        order = np.lexsort((second[apart], first[apart], falling))[:asked]
        pairs = zip(first[apart][order].tolist(), second[apart][order].tolist(), strict=True)
        return list(pairs)


def _pairs_apart(length: int, separation: int) -> int:
    """Return how many pairs i < j of ``length`` places have j - i >= ``separation``."""
    most = length - separation
    return most * (most + 1) // 2


def contact_precision(name: str, *, divisor: int, separation: int) -> ContactPrecision:
    """Return the metric over the L / ``divisor`` most probable pairs."""
    top = "L" if divisor == 1 else f"L/{divisor}"
    facts = share(
        name,
        f"Contact precision at {top}, {separation} apart",
        f"Of the {top} most probable pairs at least {separation} places apart, in a sequence of L "
        "places, the share that touches; the mean over sequences.",
        shapes=(Shape.CONTACTS,),
        reference="Rao et al. 2020 (ESM): precision at L, averaged over proteins",
    )
    return ContactPrecision(facts, divisor=divisor, separation=separation)
