from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.validation.bounded_json import MAX_CONTAINERS, parse_json, read_json, walk
from submissions.validation.errors import SubmissionRefused


def _reason(data: bytes, *, max_depth: int = 8) -> str:
    with pytest.raises(SubmissionRefused) as caught:
        parse_json(data, path="x.json", max_depth=max_depth)
    assert caught.value.code == "bad_json"
    assert caught.value.field == "x.json"
    assert caught.value.message.startswith("x.json ")
    return caught.value.message


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"{}x", "not JSON"),
        (b"\xff", "not UTF-8 at byte 0"),
        (b"[NaN]", "NaN is not a JSON number"),
        (b"[-Infinity]", "-Infinity is not"),
        (b"[1e999]", "too large"),
        (b'{"a": 1, "a": 2}', "“a” is there twice"),
        (b'["\\ud800"]', "surrogate"),
        (b'{"\\udfff": 1}', "surrogate"),
        (b"[" + b"9" * 5000 + b"]", "not strict JSON"),
        (b"[" * 9, "nested more than 8"),
        (b"[" * 5_000_000, "nested more than 8"),
        (b'{"a":' * 100_000, "nested more than 8"),
        (b"[" + b"[]," * MAX_CONTAINERS + b"[]]", "lists and objects"),
    ],
)
def test_strict_json_refuses_with_a_reason(data: bytes, reason: str) -> None:
    assert reason in _reason(data)


def test_brackets_inside_strings_are_no_depth() -> None:
    assert parse_json(b'["[[[[\\"[[[[[[", "\\\\"]', path="x", max_depth=1) == ['[[[["[[[[[[', "\\"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("evil", [b'"' + b'\\"' * 1_000_000, b'"' * 1_000_001, b'"\\'])
def test_endless_strings_come_to_their_end(evil: bytes) -> None:
    # In quadratic time a million characters take longer than the limit.
    _reason(evil)


def test_files_above_the_limit_are_not_read() -> None:
    with pytest.raises(SubmissionRefused) as caught:
        read_json(io.BytesIO(b" " * 101), path="x.json", max_bytes=100, max_depth=2)
    assert caught.value.code == "json_too_large"
    assert read_json(io.BytesIO(b"[]" + b" " * 98), path="x", max_bytes=100, max_depth=2) == []


def test_walk_reaches_every_value() -> None:
    tree = {"a": [{"b": 1}, 2], "c": "d"}
    assert {key for key, _ in walk(tree)} == {None, "a", "b", "c"}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_what_json_writes_is_read_back(value: Any) -> None:
    data = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    assert parse_json(data, path="x", max_depth=100) == value


@given(st.binary() | st.text('[]{}",:\\ 0nul').map(str.encode))
def test_any_bytes_are_parsed_or_refused(data: bytes) -> None:
    try:
        parse_json(data, path="x.json", max_depth=5)
    except SubmissionRefused as problem:
        assert problem.code == "bad_json"
