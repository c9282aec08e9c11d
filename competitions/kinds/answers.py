"""Answer shapes: a class with optional probabilities, a number, an embedding."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence

from competitions.kinds.base import AnswerSchema
from competitions.kinds.faults import RowInvalid
from competitions.kinds.fields import MAX_NUMBER, check_keys, checked_number
from competitions.kinds.values import ClassAnswer, Embedding

MAX_DIMENSIONS = 8192
MAX_LABEL_LENGTH = 200
PROBABILITY_TOLERANCE = 1e-3


def _parse_class(row: Mapping[str, object], labels: Sequence[str]) -> ClassAnswer | None:
    check_keys(row, required=("label",), optional=("probs",))
    label = row["label"]
    if not isinstance(label, str):
        raise RowInvalid("wrong_type", "label must be a string")
    if len(label) > MAX_LABEL_LENGTH:
        raise RowInvalid("out_of_range", f"label has more than {MAX_LABEL_LENGTH} characters")
    probabilities = None
    if "probs" in row:
        probabilities = _parse_probabilities(row["probs"], classes=len(labels))
    return ClassAnswer(label, probabilities) if label in labels else None


def _parse_probabilities(value: object, *, classes: int) -> tuple[float, ...]:
    numbers = tuple(parse_numbers(value, name="probs"))
    if len(numbers) != classes:
        raise RowInvalid("probs_length", f"probs must have {classes} numbers, one per label")
    if min(numbers) < 0 or max(numbers) > 1 + PROBABILITY_TOLERANCE:
        raise RowInvalid("probs_range", "probs must lie between 0 and 1")
    total = math.fsum(numbers)
    if abs(total - 1) > PROBABILITY_TOLERANCE:
        raise RowInvalid("probs_sum", f"probs must sum to 1 (± 0.001), they sum to {total:.4g}")
    return numbers


def parse_numbers(value: object, *, name: str) -> array[float]:
    """Check a list of numbers without a Python-level loop: embeddings have millions of them."""
    if not isinstance(value, list) or not value:
        raise RowInvalid("wrong_type", f"{name} must be a list of numbers")
    types = set(map(type, value))
    if bool in types:
        raise RowInvalid("boolean", f"{name} must hold numbers, not true or false")
    if not types <= {int, float}:
        raise RowInvalid("wrong_type", f"{name} must hold numbers only")
    # The order of NaN among others decides whether min and max see it; a sum always does.
    if math.isnan(sum(value)) or not (min(value) >= -MAX_NUMBER and max(value) <= MAX_NUMBER):
        raise RowInvalid("out_of_range", f"{name} has a number beyond ±{MAX_NUMBER:.0e}")
    return array("d", value)


def _parse_embedding(row: Mapping[str, object], labels: Sequence[str]) -> Embedding:
    check_keys(row, required=("embedding",))
    value = row["embedding"]
    if isinstance(value, list) and len(value) > MAX_DIMENSIONS:
        raise RowInvalid("out_of_range", f"embedding has more than {MAX_DIMENSIONS} numbers")
    return parse_numbers(value, name="embedding")


def number_answer(name: str, description: str) -> AnswerSchema:
    """Return the schema of ``{"id", name: number}``."""

    def parse(row: Mapping[str, object], labels: Sequence[str]) -> float:
        check_keys(row, required=(name,))
        return checked_number(row[name], name=name)

    return AnswerSchema(required={name: description}, optional={}, parse=parse)


CLASS_ANSWER = AnswerSchema(
    required={"label": "the predicted class"},
    optional={"probs": "a probability per label, in the task's order, summing to 1"},
    parse=_parse_class,
)
EMBEDDING_ANSWER = AnswerSchema(
    required={"embedding": "the model's vector for the row, of the same length in every row"},
    optional={},
    parse=_parse_embedding,
    row_bytes=24_576,
    class_bytes=0,
)
