"""Answers to rows that no score depends on are read leniently, all others as strictly as ever."""

import io
import json
from typing import Any

import pytest

from competitions.kinds import get_kind
from scoring.predictions import LINES_A_ROW, SPARE_LINES, PredictionsInvalid, read_predictions


def read(rows: list[dict[str, Any]], kind: str = "text_classification") -> dict[str, Any]:
    return read_predictions(
        io.BytesIO("".join(json.dumps(row) + "\n" for row in rows).encode()),
        kind=get_kind(kind),
        track="predict",
        expected_ids=["a", "b"],
        spare_ids=["s", "t"],
        labels=("neg", "pos"),
        max_bytes=1_000_000,
    )


def test_good_answers_to_spare_rows_are_there_beside_the_others() -> None:
    found = read([{"id": "s", "label": "pos"}, {"id": "a", "label": "neg"}])
    assert {row_id: answer.label for row_id, answer in found.items()} == {"s": "pos", "a": "neg"}


@pytest.mark.parametrize(
    "answer", [{"label": 3}, {}, {"label": "pos", "probs": [2, 3]}, {"label": "x" * 300}]
)
def test_a_bad_answer_to_a_spare_row_is_left_out_and_to_another_refused(
    answer: dict[str, Any],
) -> None:
    good = {"id": "a", "label": "neg"}
    assert read([good, {"id": "s", **answer}]).keys() == {"a"}
    with pytest.raises(PredictionsInvalid):
        read([good, {"id": "b", **answer}])


def test_ids_of_neither_are_unknown_and_twice_is_too_often() -> None:
    for rows, code in (
        ([{"id": "u", "label": "pos"}], "unknown_id"),
        ([{"id": "s", "label": "pos"}] * 2, "duplicate_id"),
    ):
        with pytest.raises(PredictionsInvalid) as refused:
            read(rows)
        assert refused.value.code == code


def test_an_embedding_of_another_length_is_left_out_wherever_it_stands() -> None:
    rows = [
        {"id": "s", "embedding": [1.0]},
        {"id": "a", "embedding": [1.0, 2.0]},
        {"id": "t", "embedding": [3.0, 4.0]},
    ]
    assert read(rows, "retrieval").keys() == {"a", "t"}
    assert read([rows[0]], "retrieval") == {}


def test_lines_are_counted_with_the_spare_rows() -> None:
    rows = [{"id": "a", "label": 3}] * (LINES_A_ROW * 4 + SPARE_LINES)
    with pytest.raises(PredictionsInvalid) as refused:
        read(rows)
    assert refused.value.code == "wrong_type"
    with pytest.raises(PredictionsInvalid) as refused:
        read([*rows, rows[0]])
    assert "too_many_lines" in {problem.code for problem in refused.value.problems}
