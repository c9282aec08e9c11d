"""Metrics of sacrebleu, which pool counts over all rows.

Missing never helps: a row without an answer may have been one that matches nothing and is as long
as answers can be. It therefore counts no match, as many n-grams of each order as an answer has
characters at most, and the longest of its references. For each order that makes precision and
recall no higher than any answer could, and BLEU's penalty for short texts no milder, since the
length of what is missing is not counted there. One missing row can cost much.

Values are rounded to 12 decimals, which hides what the logarithms of two machines differ by.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from competitions.kinds.text_generation import MAX_ANSWER_LENGTH
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric, check_rows

_DECIMALS = 12
LONGEST = MAX_ANSWER_LENGTH
"""No tokenizer makes more n-grams of a text than it has characters."""


class SacrebleuMetric(SumMetric):
    """Statistics: the library's own, and whether the row is missing."""

    @abstractmethod
    def library_metric(self) -> Any:
        """Return a new metric of sacrebleu's."""

    @abstractmethod
    def of_missing(self, references: Statistics) -> list[int]:
        """Return a missing row's statistics from those of its references, each answered by
        itself: (references, k)."""

    @abstractmethod
    def of_answered(self, statistics: list[int], missing: int) -> list[int] | None:
        """Return what the library scores, None for 0: sums over all rows and how many of them
        are missing."""

    def signature(self) -> str:
        """How sacrebleu says what it computed."""
        metric = self.library_metric()
        metric.num_refs = -1  # rows may have different numbers of references
        return str(metric.get_signature())

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        check_rows(labels, predictions)
        metric = self.library_metric()
        hypotheses = [answer or "" for answer in predictions]
        streams = list(zip_longest(*labels))  # the first references of all rows, the second ones …
        rows = metric._extract_corpus_statistics(hypotheses, streams)
        for number, (references, answer) in enumerate(zip(labels, predictions, strict=True)):
            if answer is None:
                own = [_of_one(metric, text) for text in references]
                rows[number] = self.of_missing(np.array(own))
        missing = np.array([answer is None for answer in predictions])
        return np.column_stack([np.array(rows, dtype=np.int64), missing])

    def formula(self, sums: Floats) -> float:
        *counts, missing = (int(each) for each in sums)
        scored = self.of_answered(counts, missing)
        if scored is None:
            return 0.0
        score = self.library_metric()._compute_score_from_stats(scored).score
        return round(float(score) / 100, _DECIMALS)


def _of_one(metric: Any, text: str) -> list[int]:
    (row,) = metric._extract_corpus_statistics([text], [[text]])
    return list(row)
