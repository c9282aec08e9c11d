"""Parses the report that the runner wrote about one task: untrusted, reduced to known keys."""

import json
import math
import re
from typing import Any

from sandbox.curves import parse_curves
from sandbox.text import clean_text

MAX_BYTES = 131_072
"""Ten curves of two hundred points have 80 kB at most."""
_MAX_OPENINGS = 64
"""A report is flat but for its curves; more brackets than this are an attempt on the parser's
stack."""
_MESSAGE_CHARACTERS = 2_000
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_COUNTS = frozenset(
    {
        "rows",
        "truncated_rows",
        "parameters",
        "model_bytes",
        "peak_memory_bytes",
        "gpu_peak_bytes",
        "flops_per_row",
    }
)
_MEASURES = frozenset(
    {"seconds", "load_seconds", "rows_per_second", "latency_p50_ms", "latency_p95_ms"}
)
_MAX_DTYPES = 16


class BadReport(Exception):
    """The bytes are no report; the text says why and holds nothing of the bytes."""


def parse_report(raw: bytes) -> dict[str, Any]:
    """The known keys of a report whose values have the right type and are finite.

    `status` is always there and is "ok" or "failed". A known key with a wrong value is left out.
    Raises BadReport.
    """
    if len(raw) > MAX_BYTES:
        raise BadReport("the report is too long")
    if raw.count(b"[") + raw.count(b"{") > _MAX_OPENINGS:
        raise BadReport("the report is nested")
    try:
        said = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BadReport("the report is not JSON") from None
    if not isinstance(said, dict) or said.get("status") not in ("ok", "failed"):
        raise BadReport("the report has no status")
    kept = {key: value for key, value in said.items() if _is_known_number(key, value)}
    kept["status"] = said["status"]
    if isinstance(code := said.get("error_code"), str) and _CODE.match(code):
        kept["error_code"] = code
    if isinstance(message := said.get("message"), str):
        kept["message"] = clean_text(message, limit=_MESSAGE_CHARACTERS)
    if isinstance(dtype := said.get("dtype"), str) and _CODE.match(dtype):
        kept["dtype"] = dtype
    if by_dtype := _counts_by_dtype(said.get("parameters_by_dtype")):
        kept["parameters_by_dtype"] = by_dtype
    if curves := parse_curves(said.get("curves")):
        kept["curves"] = curves
    return kept


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _is_known_number(key: str, value: object) -> bool:
    if isinstance(value, bool):
        return False
    if key in _COUNTS:
        return _is_count(value)
    if key in _MEASURES:
        return isinstance(value, int | float) and 0 <= value < 1e15 and math.isfinite(value)
    return False


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def _counts_by_dtype(said: object) -> dict[str, int]:
    if not isinstance(said, dict) or len(said) > _MAX_DTYPES:
        return {}
    return {name: count for name, count in said.items() if _CODE.match(name) and _is_count(count)}
