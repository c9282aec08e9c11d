"""Answers to questions as SQuAD 2.0 compares them.

Both sides are brought to lower case and lose ASCII punctuation, the articles a, an, the, and
needless spaces. The accepted answer that fits best counts. A question without an accepted answer
has empty text as its answer; so has one whose accepted answers are nothing but articles and
punctuation. (Rajpurkar et al. 2018, "Know What You Don't Know", and its evaluation script.)

Unlike in that script, a row without an answer stays in the mean. It counts 0, the worst there is,
also where empty text would have been right.
"""

from __future__ import annotations

import re
import string
from abc import abstractmethod
from collections.abc import Sequence

import numpy as np

from competitions.kinds.values import SpanAnswer
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


class SpanMetric(SumMetric):
    """Statistics: the row's value, 1."""

    @abstractmethod
    def of_texts(self, accepted: str, answer: str) -> float:
        """Compare two normalised texts; within 0 and 1."""

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        rows = zip(labels, predictions, strict=True)
        values = [self._best(label, answer) for label, answer in rows]
        return np.array([(value, 1.0) for value in values], dtype=np.float64)

    def formula(self, sums: Floats) -> float:
        values, rows = sums
        return float(values / rows)

    def _best(self, accepted: Sequence[str], answer: SpanAnswer | None) -> float:
        if answer is None:
            return 0.0
        given = normalised(answer.text)
        texts = [text for text in map(normalised, accepted) if text] or [""]
        return max(self.of_texts(text, given) for text in texts)


def normalised(text: str) -> str:
    """Return the text without case, punctuation, articles and needless spaces."""
    bare = text.lower().translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", bare).split())
