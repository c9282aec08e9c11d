"""Strict reading of JSON Lines: limits come before parsing, faults are named once per kind."""

import io
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds.faults import RowInvalid
from competitions.rows import Problems, RowLimits, parse_object, read_objects

LIMITS = RowLimits(max_bytes=10_000, max_line_bytes=1_000)


def read(data: bytes, limits: RowLimits = LIMITS):
    problems = Problems("rows.jsonl")
    rows = list(read_objects(io.BytesIO(data), limits=limits, problems=problems))
    return rows, [str(problem) for problem in problems]


def code_of(raw: bytes) -> str:
    with pytest.raises(RowInvalid) as refused:
        parse_object(raw)
    return refused.value.code


def test_rows_keep_their_line_numbers() -> None:
    assert read(b'{"a": 1}\n{"a": 2}\n') == ([(1, {"a": 1}), (2, {"a": 2})], [])


def test_last_line_needs_no_line_end_and_crlf_is_fine() -> None:
    assert read(b'{"a": 1}\r\n{"a": 2}')[1] == []


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'\xef\xbb\xbf{"a": 1}', "byte_order_mark"),
        (b'{"a": "\xff"}', "bad_utf8"),
        (b'{"a": "\xed\xa0\x80"}', "bad_utf8"),
        (b"   \n", "empty_line"),
        (b"{", "bad_json"),
        (b'{"a": 1} {"a": 2}', "bad_json"),
        (b"{'a': 1}", "bad_json"),
        (b'{"a": 01}', "bad_json"),
        (b'{"a": "\x00"}', "bad_json"),
        (b'{"a": NaN}', "non_finite"),
        (b'{"a": -Infinity}', "non_finite"),
        (b'{"a": 1, "a": 2}', "duplicate_key"),
        (b'{"a": {"b": 1, "b": 1}}', "duplicate_key"),
        (b'{"a": ' + b"9" * 41 + b"}", "huge_number"),
        (b'{"a": "\\ud800"}', "lone_surrogate"),
        (b'{"\\udfff": 1}', "lone_surrogate"),
        (b"[1, 2]", "not_an_object"),
        (b"null", "not_an_object"),
        (b'{"a": ' * 9 + b"1" + b"}" * 9, "too_deep"),
        (b"[" * 500_000, "too_deep"),
    ],
)
def test_fault_has_its_own_code(raw: bytes, code: str) -> None:
    assert code_of(raw) == code


def test_brackets_within_strings_are_not_depth() -> None:
    text = "[{" * 40 + '\\"' + "]"
    assert parse_object(b'{"a": "' + text.encode() + b'"}') == {"a": text.replace("\\", "")}


def test_surrogate_pairs_are_fine() -> None:
    assert parse_object(b'{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": "' + b'\\"' * 500_000 + b"[{" * 9,
        b'{"a": "' + b"[" * 1_000_000,
        b'{"a": ' + b"9" * 1_000_000 + b"}",
        b'"' * 1_000_000 + b"[" * 9,
        b"[]" * 500_000,
        b'{"a":[' * 100_000,
        b'{"a": "' + b"\\" * 999_999 + b"[" * 9,
    ],
)
def test_hostile_megabyte_line_is_refused_within_a_second(raw: bytes) -> None:
    start = time.process_time()
    with pytest.raises(RowInvalid):
        parse_object(raw)
    assert time.process_time() - start < 1


def test_only_the_first_line_of_each_kind_of_fault_is_named() -> None:
    rows, problems = read(b'{"a": 1}\nx\ny\n{"a": NaN}\n{"a": NaN}\n{"a": 2}\n')
    assert [line for line, _ in rows] == [1, 6]
    assert problems == [
        "rows.jsonl line 2: not valid JSON at column 1: Expecting value",
        "rows.jsonl line 4: NaN is not a number that can be scored",
    ]


def test_empty_file_is_a_fault_of_the_whole_file() -> None:
    assert read(b"") == ([], ["rows.jsonl: the file has no rows"])


def test_long_line_is_skipped_and_the_next_line_keeps_its_number() -> None:
    data = b'{"a": "' + b"x" * 3_000 + b'"}\n{"a": 2}\n'
    rows, problems = read(data)
    assert rows == [(2, {"a": 2})]
    assert problems == ["rows.jsonl line 1: the line has more than 1000 bytes"]


def test_line_at_the_limit_is_read() -> None:
    line = b'{"a": "' + b"x" * 990 + b'"}\n'
    assert len(line) == LIMITS.max_line_bytes
    assert read(line)[1] == []


def test_reading_stops_at_the_size_limit() -> None:
    rows, problems = read(b'{"a": 1}\n' * 2_000)
    assert len(rows) == LIMITS.max_bytes // 9
    assert problems == ["rows.jsonl: the file has more than 10000 bytes"]


def test_endless_line_is_not_read_to_its_end() -> None:
    stream = io.BytesIO(b"x" * 5_000_000)
    problems = Problems("rows.jsonl")
    assert list(read_objects(stream, limits=LIMITS, problems=problems)) == []
    assert {problem.code for problem in problems} == {"line_too_long", "file_too_large"}
    assert stream.tell() < 200_000


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_named_faults(data: bytes) -> None:
    rows, problems = read(data)
    assert rows or problems
    assert all(isinstance(row, dict) for _, row in rows)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4), st.booleans())
def test_whatever_json_writes_is_read_back(row: dict[str, object], ascii_only: bool) -> None:
    raw = json.dumps(row, ensure_ascii=ascii_only).encode("utf-8")
    try:
        assert parse_object(raw) == row
    except RowInvalid as refused:
        assert refused.code == "too_deep"
