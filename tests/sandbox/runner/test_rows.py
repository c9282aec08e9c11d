from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.runner.errors import Code, RunnerError
from sandbox.runner.rows import Row, parse_row, read_rows


def _write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_reads_inputs_and_the_labels_of_a_train_split(tmp_path: Path) -> None:
    row = {"id": "1", "input": {"text": "two", "words": ["one"]}, "label": ["B"]}
    path = _write(tmp_path / "inputs.jsonl", row)
    assert read_rows(path) == [Row("1", {"text": "two", "words": ["one"]}, ["B"])]


def test_separators_inside_a_text_do_not_end_the_line(tmp_path: Path) -> None:
    path = tmp_path / "inputs.jsonl"
    path.write_text('{"id": "1", "input": {"text": "a\u2028b\u0085c"}}\n\n', encoding="utf-8")
    assert read_rows(path) == [Row("1", {"text": "a\u2028b\u0085c"})]


def test_lone_surrogates_are_replaced(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "inputs.jsonl", {"id": "1", "input": {"text": "a\ud800b", "words": ["\ud800"]}}
    )
    assert read_rows(path) == [Row("1", {"text": "a?b", "words": ["?"]})]


@pytest.mark.parametrize(
    "bad",
    [
        [],
        {"id": "1"},
        {"id": 1, "input": {"text": "a"}},
        {"id": "1", "input": "a"},
    ],
)
def test_a_bad_row_is_named_by_its_line_without_its_content(tmp_path: Path, bad: object) -> None:
    path = _write(tmp_path / "inputs.jsonl", {"id": "0", "input": {"text": "secret"}}, bad)
    with pytest.raises(RunnerError, match=r"^inputs.jsonl, line 2: not a valid row$") as caught:
        read_rows(path)
    assert caught.value.code == Code.INTERNAL


def test_duplicate_ids_are_refused(tmp_path: Path) -> None:
    row = {"id": "1", "input": {"text": "a"}}
    with pytest.raises(RunnerError, match="duplicate ids"):
        read_rows(_write(tmp_path / "inputs.jsonl", row, row))


def test_bad_utf8_and_absent_files_are_internal(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_bytes(b'{"id": "\xff"}\n')
    for name in ("bad.jsonl", "absent.jsonl"):
        with pytest.raises(RunnerError, match="unreadable"):
            read_rows(tmp_path / name)


@given(st.text())
def test_any_line_is_a_row_or_a_value_error(line: str) -> None:
    try:
        row = parse_row(line)
    except (ValueError, RecursionError):
        return
    assert isinstance(row, Row)
