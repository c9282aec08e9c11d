"""Answers of the fine-tune track: one answer of another schema for each seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from competitions.kinds.base import AnswerSchema
from competitions.kinds.faults import RowInvalid
from competitions.kinds.fields import check_keys
from competitions.kinds.finetune import MAX_SEEDS
from competitions.kinds.values import SeedAnswers


def per_seed(schema: AnswerSchema) -> AnswerSchema:
    """Return the schema of ``{"id", "seeds": [answer, …]}``; each answer is one of ``schema``.

    What is no answer there, such as a made-up class, is None in its place.
    """

    def parse(row: Mapping[str, object], labels: Sequence[str]) -> SeedAnswers:
        check_keys(row, required=("seeds",))
        return SeedAnswers(
            tuple(
                _parse_one(schema, answer, labels, number)
                for number, answer in enumerate(_seeds(row), 1)
            )
        )

    return AnswerSchema(
        required={
            "seeds": f"one answer for each seed, 1 to {MAX_SEEDS}, in the order of the seeds"
        },
        optional={},
        parse=parse,
        row_bytes=MAX_SEEDS * schema.row_bytes,
        class_bytes=MAX_SEEDS * schema.class_bytes,
        parts=_seeds,
        called=schema.called,
    )


def _seeds(row: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    value = row["seeds"]
    if not isinstance(value, list) or not set(map(type, value)) <= {dict}:
        raise RowInvalid("wrong_type", "seeds must be a list of answers")
    if not 1 <= len(value) <= MAX_SEEDS:
        raise RowInvalid("seeds_length", f"seeds must have 1 to {MAX_SEEDS} answers")
    return value


def _parse_one(
    schema: AnswerSchema, answer: Mapping[str, object], labels: Sequence[str], number: int
) -> Any:
    try:
        return schema.parse(answer, labels)
    except RowInvalid as fault:
        raise RowInvalid(fault.code, f"seed {number}: {fault.reason}") from None
