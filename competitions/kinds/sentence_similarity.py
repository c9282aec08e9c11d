"""Sentence similarity: how alike two texts are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from competitions.kinds.answers import MAX_DIMENSIONS, parse_numbers
from competitions.kinds.base import AnswerSchema, Examples, Family, Modality, TaskKind
from competitions.kinds.cosine import cosine
from competitions.kinds.faults import RowInvalid
from competitions.kinds.fields import check_keys, checked_number
from competitions.kinds.inputs import text_input
from competitions.kinds.labels import number_label
from competitions.kinds.samples import PAIRS
from competitions.kinds.shapes import Shape


def _parse_answer(row: Mapping[str, object], labels: Sequence[str]) -> float:
    """Read a score, or two embeddings in its place, whose cosine is the score."""
    if "embeddings" not in row:
        check_keys(row, required=("score",))
        return checked_number(row["score"], name="score")
    if "score" in row:
        raise RowInvalid("two_answers", "give either score or embeddings, not both")
    check_keys(row, required=("embeddings",))
    return cosine(*_parse_vectors(row["embeddings"]))


def _parse_vectors(value: object) -> tuple[Sequence[float], Sequence[float]]:
    if not isinstance(value, list) or len(value) != 2:
        raise RowInvalid("wrong_type", "embeddings must be a list of two lists of numbers")
    first, second = (parse_numbers(vector, name="embeddings") for vector in value)
    if len(first) != len(second):
        raise RowInvalid(
            "dimension_differs",
            f"the first embedding has {len(first)} numbers, the second {len(second)}",
        )
    if len(first) > MAX_DIMENSIONS:
        raise RowInvalid("out_of_range", f"an embedding has more than {MAX_DIMENSIONS} numbers")
    return first, second


LIKENESS_ANSWER = AnswerSchema(
    required={"score": "the likeness, larger is more alike"},
    optional={
        "embeddings": "in place of a score, a vector for each text, both of one length: their "
        "cosine counts, 0 where one is all zeros"
    },
    parse=_parse_answer,
    row_bytes=49_152,
    class_bytes=0,
)

KIND = TaskKind(
    slug="sentence_similarity",
    title="Sentence similarity",
    description=(
        "Each row is a pair of texts, words or sentences, and the answer is a number that grows "
        "with their likeness. Only the order of the answers or their linear relation counts, so "
        "any scale will do; two embeddings do as well, of which the cosine counts. A model without "
        "a head for pairs is scored by the cosine of its two pooled embeddings."
    ),
    family=Family.LANGUAGE,
    shape=Shape.LIKENESS,
    head="likeness",
    modality=Modality.TEXT,
    reads=("text_a", "text_b"),
    proposed_metric="spearman",
    check_input=text_input("text_a", "text_b"),
    check_label=number_label,
    answers={"predict": LIKENESS_ANSWER},
    examples=Examples(
        input={"id": "r1", "input": {"text_a": "a fast car", "text_b": "a quick automobile"}},
        label={"id": "r1", "label": 4.6},
        answers={"predict": {"id": "r1", "score": 0.87}},
    ),
    samples=PAIRS,
)
