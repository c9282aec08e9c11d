"""Task kinds by slug. A new kind is one module with a ``KIND`` and one line here."""

from __future__ import annotations

from competitions.kinds import sentence_similarity, text_classification, text_regression
from competitions.kinds.base import TaskKind

KINDS: dict[str, TaskKind] = {
    module.KIND.slug: module.KIND
    for module in (text_classification, text_regression, sentence_similarity)
}


def get_kind(slug: str) -> TaskKind:
    """Return the kind; raises KeyError when there is none of that name."""
    return KINDS[slug]
