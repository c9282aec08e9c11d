"""Answer F1: how far the words of an answer are those of an accepted one; see ``spans``.

With c common words (as often as both have them), 2 c / (words of both). Where either text is
empty, both must be.
"""

from __future__ import annotations

from collections import Counter

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.spans import SpanMetric


class AnswerF1(SpanMetric):
    """Statistics: the row's F1, 1."""

    facts = share(
        "answer_f1",
        "Answer F1",
        "How far the words of an answer are those of the accepted answer that fits best: F1, the "
        "harmonic mean of precision and recall over words, averaged over rows.",
        shapes=(Shape.SPAN,),
        reference="SQuAD 2.0 evaluation script, F1",
    )

    def of_texts(self, accepted: str, answer: str) -> float:
        words, given = accepted.split(), answer.split()
        if not words or not given:
            return float(words == given)
        common = (Counter(words) & Counter(given)).total()
        return 2 * common / (len(words) + len(given))


METRIC = AnswerF1()
