"""Sentence similarity: how alike two texts are."""

from __future__ import annotations

from competitions.kinds.answers import number_answer
from competitions.kinds.base import Examples, Family, Modality, TaskKind
from competitions.kinds.inputs import text_input
from competitions.kinds.labels import number_label
from competitions.kinds.samples import PAIRS
from competitions.kinds.shapes import Shape

KIND = TaskKind(
    slug="sentence_similarity",
    title="Sentence similarity",
    description=(
        "Each row is a pair of texts, words or sentences, and the answer is a number that grows "
        "with their likeness. Only the order of the answers or their linear relation counts, so "
        "any scale will do. A model without a head for pairs is scored by the cosine of its two "
        "pooled embeddings."
    ),
    family=Family.LANGUAGE,
    shape=Shape.LIKENESS,
    head="likeness",
    modality=Modality.TEXT,
    reads=("text_a", "text_b"),
    proposed_metric="spearman",
    check_input=text_input("text_a", "text_b"),
    check_label=number_label,
    answers={"predict": number_answer("score", "the likeness, larger is more alike")},
    examples=Examples(
        input={"id": "r1", "input": {"text_a": "a fast car", "text_b": "a quick automobile"}},
        label={"id": "r1", "label": 4.6},
        answers={"predict": {"id": "r1", "score": 0.87}},
    ),
    samples=PAIRS,
)
