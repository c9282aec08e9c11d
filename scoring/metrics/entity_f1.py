"""Entity F1: 2 right entities / (answered + true entities), over all rows together.

As seqeval's ``f1_score(mode="strict", scheme=IOB2)``: an entity is right where type, first and last
word are, and one that does not begin with "B-" is none. (``mode="strict"`` alone changes nothing
there: without a scheme seqeval stays lenient.) Words beyond the end of a short answer are "O", tags
beyond the end of the row are ignored. Without any entity the value is 0.

Missing never helps: the worst that an answer could do is to call each word an entity of its own,
none of them right. A missing row counts as that.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats, Given, Gold, Statistics, SumMetric

Entities = set[tuple[str, int, int]]
_OUTSIDE = "O"


class EntityF1(SumMetric):
    """Statistics: right entities, answered ones, true ones."""

    facts = share(
        "entity_f1",
        "Entity F1",
        "F1, the harmonic mean of precision and recall, of whole entities: type, first and last "
        "word must be right. A missing row counts as if each of its words were called an entity.",
        shapes=(Shape.TAGS,),
        reference='seqeval f1_score(mode="strict", scheme=IOB2)',
    )

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        rows = zip(labels, predictions, strict=True)
        return np.array([_counts(label, answer) for label, answer in rows], dtype=np.int64)

    def formula(self, sums: Floats) -> float:
        right, found, true = map(float, sums)
        return 2 * right / (found + true) if found + true else 0.0


def _counts(label: Sequence[str], answer: Sequence[str] | None) -> tuple[int, int, int]:
    true = entities(label)
    if answer is None:
        return 0, len(label), len(true)
    padded = [*answer[: len(label)], *[_OUTSIDE] * (len(label) - len(answer))]
    found = entities(padded)
    return len(true & found), len(found), len(true)


def entities(tags: Sequence[str]) -> Entities:
    """Return (type, first word, word after the last) of each entity, as strict IOB2 has them."""
    from seqeval.scheme import IOB2, Tokens

    found = Tokens(list(tags), scheme=IOB2).entities
    return {(entity.tag, entity.start, entity.end) for entity in found}


METRIC = EntityF1()
