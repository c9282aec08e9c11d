"""Measures of ranked items by ir_measures, query by query; the value is the mean over queries.

Items rank in the order of the answer, and no two share a place: where an answer has scores, its
reader has put equal ones in the order in which they were listed. An item that is not graded is not
relevant. A query without an answer, or without a relevant item, counts 0, the worst there is,
so that missing never helps. Values of queries are rounded to 12 decimals, which hides what the
logarithms of two machines differ by.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from competitions.kinds.metric_facts import MetricFacts
from competitions.kinds.values import RankedItems
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric, check_rows

_DECIMALS = 12


class RankingMetric(SumMetric):
    """Statistics: the query's value, 1. ``measure`` is what ir_measures calls it."""

    def __init__(self, facts: MetricFacts, *, measure: str) -> None:
        self.facts = facts
        self._measure = measure

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        import ir_measures

        check_rows(labels, predictions)
        judged, ranked = {}, {}
        for number, (grades, answer) in enumerate(zip(labels, predictions, strict=True)):
            judged[str(number)], ranked[str(number)] = _neutral(grades, answer)
        values = np.zeros(len(labels))
        for each in ir_measures.iter_calc(
            [ir_measures.parse_measure(self._measure)], judged, ranked
        ):
            values[int(each.query_id)] = round(each.value, _DECIMALS)
        return np.stack([values, np.ones_like(values)], axis=1)

    def formula(self, sums: Floats) -> float:
        total, queries = sums
        return float(total / queries)


def _neutral(
    grades: Sequence[tuple[str, int]], answer: RankedItems | None
) -> tuple[dict[str, int], dict[str, float]]:
    """Return grades and falling scores under new names: the library compares texts in C."""
    items = () if answer is None else answer.items
    place = {item: str(rank) for rank, item in enumerate(items)}
    judged = {place.get(item, f"-{number}"): grade for number, (item, grade) in enumerate(grades)}
    return judged, {name: -float(name) for name in place.values()}
