"""Pseudo-likelihood: how well a masked model foretells each token of a text from all others."""

from __future__ import annotations

from competitions.kinds.base import Examples, Family, Modality, TaskKind
from competitions.kinds.inputs import text_input
from competitions.kinds.samples import TEXTS
from competitions.kinds.shapes import Shape
from competitions.kinds.text_bits import BITS_ANSWER, check_size, size_label, size_of_text

KIND = TaskKind(
    slug="pseudo_likelihood",
    title="Pseudo-likelihood",
    description=(
        "Each row is a text. Every token is masked in turn, and the answer is the sum of −log₂ of "
        "the probability that the model gives it in view of all others: the pseudo-log-likelihood, "
        "from which pseudo-perplexity comes. The sum is divided by the text's size in bytes, so "
        "that models with different tokens compare. It is no cost of writing the text: compare it "
        "with other masked models only. The platform computes it from the model's outputs; no "
        "submission states it."
    ),
    family=Family.LANGUAGE,
    shape=Shape.BITS,
    head="masked_bits",
    platform_code=True,
    modality=Modality.TEXT,
    reads=("text",),
    keeps=("text",),
    proposed_metric="bits_per_byte",
    check_input=text_input("text"),
    check_label=size_label,
    answers={"predict": BITS_ANSWER},
    examples=Examples(
        input={"id": "r1", "input": {"text": "The tide comes in twice a day."}},
        label={"id": "r1", "label": 30, "group": "essay-1"},
        answers={"predict": {"id": "r1", "bits": 18.2}},
    ),
    samples=TEXTS,
    measure=size_of_text,
    check_measure=check_size,
)
