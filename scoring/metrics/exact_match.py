"""Exact match: rows whose answer is an accepted one / rows, compared as ``spans`` says."""

from __future__ import annotations

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.spans import SpanMetric


class ExactMatch(SpanMetric):
    """Statistics: right (0 or 1), 1."""

    facts = share(
        "exact_match",
        "Exact match",
        "The share of rows whose answer is one of the accepted ones, but for case, punctuation, "
        "English articles and spaces.",
        shapes=(Shape.SPAN,),
        reference="SQuAD 2.0 evaluation script, exact",
    )

    def of_texts(self, accepted: str, answer: str) -> float:
        return float(accepted == answer)


METRIC = ExactMatch()
