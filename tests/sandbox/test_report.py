"""A report is reduced to known keys with finite values."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.report import MAX_BYTES, BadReport, parse_report

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = st.sampled_from(["status", "rows", "seconds", "message", "error_code", "dtype", "other"])


def raw(**said: Any) -> bytes:
    return json.dumps({"status": "ok", **said}).encode()


def test_known_keys_are_kept_and_others_dropped() -> None:
    said = {
        "rows": 10,
        "seconds": 1.5,
        "load_seconds": 0,
        "rows_per_second": 6.7,
        "truncated_rows": 0,
        "parameters": None,
        "model_bytes": 7,
        "dtype": "float32",
        "peak_memory_bytes": 9,
        "error_code": None,
        "latency_p50_ms": 3.5,
        "latency_p95_ms": 9,
        "flops_per_row": 10**12,
        "gpu_peak_bytes": None,
        "parameters_by_dtype": {"float32": 5, "bfloat16": 2},
        "score": 1.0,
    }
    assert parse_report(raw(**said)) == {
        "status": "ok",
        "rows": 10,
        "seconds": 1.5,
        "load_seconds": 0,
        "rows_per_second": 6.7,
        "truncated_rows": 0,
        "model_bytes": 7,
        "dtype": "float32",
        "peak_memory_bytes": 9,
        "latency_p50_ms": 3.5,
        "latency_p95_ms": 9,
        "flops_per_row": 10**12,
        "parameters_by_dtype": {"float32": 5, "bfloat16": 2},
    }


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rows", True),
        ("rows", 1.5),
        ("rows", -1),
        ("rows", 2**63),
        ("seconds", "1"),
        ("seconds", 1e300),
        ("seconds", -0.1),
        ("seconds", [1]),
        ("error_code", "Bad Code"),
        ("error_code", "x" * 65),
        ("dtype", "float32\n"),
        ("message", ["text"]),
        ("latency_p50_ms", "fast"),
        ("flops_per_row", 1.5),
        ("parameters_by_dtype", 7),
        ("parameters_by_dtype", {"float32": "7"}),
        ("parameters_by_dtype", {"float32": True}),
        ("parameters_by_dtype", {"Float 32": 7}),
        ("parameters_by_dtype", {f"type{number}": 7 for number in range(17)}),
    ],
)
def test_a_known_key_with_a_wrong_value_is_left_out(key: str, value: Any) -> None:
    assert key not in parse_report(raw(**{key: value}))


def test_messages_are_cleaned_and_capped() -> None:
    message = parse_report(raw(message="bad\x1b[31m\u202e" + "x" * 9000))["message"]
    assert message.startswith("badx")
    assert len(message) <= 2000


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"status": "great"}',
        b'{"status": ["ok"]}',
        b'{"status": "ok", "rows": NaN}',
        b'{"status": "ok", "rows": ' + b"9" * 5000 + b"}",
        b'{"status": "ok", "a": ' + b"[" * 8000,
        b'{"status": "ok"}' + b" " * MAX_BYTES,
        b'\xff{"status": "ok"}',
    ],
)
@pytest.mark.timeout(60)
def test_what_is_no_report_is_refused(bad: bytes) -> None:
    with pytest.raises(BadReport):
        parse_report(bad)


@given(st.dictionaries(KEYS, JSON))
def test_no_content_breaks_the_parser(said: dict[str, Any]) -> None:
    try:
        kept = parse_report(json.dumps(said).encode())
    except BadReport:
        return
    assert json.loads(json.dumps(kept, allow_nan=False)) == kept


@given(st.binary(max_size=200))
def test_no_bytes_break_the_parser(data: bytes) -> None:
    with pytest.raises(BadReport):
        parse_report(b"x" + data)
