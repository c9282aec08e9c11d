from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.runner.predictions import (
    answer_line,
    embedding_line,
    write_predictions,
)

FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=32)


@given(st.text(), st.text(), st.lists(FLOATS, min_size=1))
def test_lines_are_json_for_any_id_and_label(row_id: str, label: str, numbers: list[float]) -> None:
    data = json.loads(answer_line(row_id, {"label": label, "probs": numbers}))
    assert (data["id"], data["label"]) == (row_id, label)
    assert data["probs"] == pytest.approx(numbers, rel=1e-5, abs=1e-40)
    assert json.loads(embedding_line(row_id, numbers))["embedding"] == data["probs"]


@given(FLOATS)
def test_values_and_scores_keep_six_digits(number: float) -> None:
    row = json.loads(answer_line("a", {"value": number, "boxes": [[number]]}))
    assert row["value"] == row["boxes"][0][0] == float(f"{number:.6g}")


def test_differences_in_the_last_bits_leave_the_bytes_as_they_are() -> None:
    assert embedding_line("a", [0.12345678]) == embedding_line("a", [0.12345679])


def test_lines_hold_no_line_break(tmp_path: Path) -> None:
    assert "\n" not in answer_line("a\nb", {"value": 1.0})


def test_a_file_appears_whole_and_counts_its_lines(tmp_path: Path) -> None:
    assert write_predictions(tmp_path, iter(["a", "b"])) == 2
    assert (tmp_path / "predictions.jsonl").read_text() == "a\nb\n"
    assert [path.name for path in tmp_path.iterdir()] == ["predictions.jsonl"]


def test_no_file_stays_when_the_lines_end_badly(tmp_path: Path) -> None:
    def lines() -> Iterator[str]:
        yield "a"
        raise MemoryError

    with pytest.raises(MemoryError):
        write_predictions(tmp_path, lines())
    assert list(tmp_path.iterdir()) == []
