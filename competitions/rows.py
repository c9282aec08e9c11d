"""Strict, bounded reading of JSON Lines that somebody else wrote.

Every limit is checked before the parser sees a line: bytes of the file, bytes of the line, depth
of nesting. Faults are collected, the first of each kind, so that one look at the message mends
one kind of mistake. Lines may end in LF or CRLF; a byte order mark is refused, because other
readers of the same file would stumble over it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, BinaryIO, NoReturn

from competitions.kinds.faults import RowInvalid, quoted

MAX_DEPTH = 8
MAX_INTEGER_DIGITS = 40
_BOM = b"\xef\xbb\xbf"
# Possessive and with an optional end, so that no line makes the search go over it twice.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_NO_BRACKETS = bytes(set(range(256)) - _STEPS.keys())


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLimits:
    """Bounds on a file of rows; two in bytes. None: lines are bounded by the bytes alone."""

    max_bytes: int
    max_line_bytes: int
    max_lines: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """The first fault of its kind in a file; ``line`` counts from 1, None for the whole file."""

    file: str
    line: int | None
    code: str
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file} line {self.line}"
        return f"{place}: {self.message}"


@dataclass(slots=True)
class Problems:
    """Collects at most one problem of each kind for one file."""

    file: str
    found: dict[str, Problem] = field(default_factory=dict)

    def add(self, line: int | None, code: str, message: str) -> None:
        """Keep the fault unless one of its kind is known already."""
        self.found.setdefault(code, Problem(self.file, line, code, message))

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.found.values())


def read_objects(
    stream: BinaryIO, *, limits: RowLimits, problems: Problems
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield ``(line number, object)`` for every good line; faults go to ``problems``.

    Reading stops at the file's limits. Memory holds one line at a time.
    """
    rows = 0
    for number, raw in _lines(stream, limits=limits, problems=problems):
        rows += 1
        try:
            yield number, parse_object(raw)
        except RowInvalid as fault:
            problems.add(number, fault.code, fault.reason)
    if rows == 0 and not problems.found:
        problems.add(None, "empty_file", "the file has no rows")


def _lines(
    stream: BinaryIO, *, limits: RowLimits, problems: Problems
) -> Iterator[tuple[int, bytes]]:
    size = 0
    number = 0
    while raw := stream.readline(limits.max_line_bytes + 1):
        number += 1
        if limits.max_lines is not None and number > limits.max_lines:
            problems.add(number, "too_many_lines", f"there are more than {limits.max_lines} lines")
            return
        size += len(raw)
        if len(raw) > limits.max_line_bytes:
            problems.add(
                number, "line_too_long", f"the line has more than {limits.max_line_bytes} bytes"
            )
            size += _skip_rest_of_line(stream, raw, budget=limits.max_bytes - size)
            raw = b""
        if size > limits.max_bytes:
            problems.add(None, "file_too_large", f"the file has more than {limits.max_bytes} bytes")
            return
        if raw:
            yield number, raw


def _skip_rest_of_line(stream: BinaryIO, raw: bytes, *, budget: int) -> int:
    """Read past the end of an over-long line, or a little past ``budget``; return the bytes."""
    skipped = 0
    while not raw.endswith(b"\n") and skipped <= budget:
        raw = stream.readline(1 << 16)
        if not raw:
            break
        skipped += len(raw)
    return skipped


def parse_object(raw: bytes) -> dict[str, Any]:
    """Parse one line into a JSON object without NaN, repeated keys or lone surrogates.

    Raises:
        RowInvalid: ``byte_order_mark``, ``bad_utf8``, ``empty_line``, ``too_deep``, ``bad_json``,
            ``non_finite``, ``duplicate_key``, ``huge_number``, ``lone_surrogate`` or
            ``not_an_object``.
    """
    text = _decode(raw)
    _check_depth(raw)
    try:
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_int=_bounded_int,
            object_pairs_hook=_object_without_repeats,
        )
    except json.JSONDecodeError as error:
        reason = f"not valid JSON at column {error.colno}: {error.msg}"
        raise RowInvalid("bad_json", reason) from None
    if not isinstance(value, dict):
        raise RowInvalid("not_an_object", "the line must be one JSON object")
    if b"\\u" in raw:
        _check_surrogates(value)
    return value


def _decode(raw: bytes) -> str:
    if raw.startswith(_BOM):
        raise RowInvalid("byte_order_mark", "save the file as UTF-8 without a byte order mark")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        reason = f"not UTF-8: byte 0x{raw[error.start]:02x} at position {error.start + 1}"
        raise RowInvalid("bad_utf8", reason) from None
    if not text.strip():
        raise RowInvalid("empty_line", "the line is empty")
    return text


def _check_depth(raw: bytes) -> None:
    """Bound nesting before the recursive parser runs; most lines have too few brackets to care."""
    if raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH:
        return
    brackets = _STRING.sub(b"", raw).translate(None, _NO_BRACKETS)
    depths = accumulate(map(_STEPS.__getitem__, brackets))
    if max(depths, default=0) > MAX_DEPTH:
        raise RowInvalid("too_deep", f"nested more than {MAX_DEPTH} levels deep")


def _refuse_constant(name: str) -> NoReturn:
    raise RowInvalid("non_finite", f"{name} is not a number that can be scored")


def _bounded_int(digits: str) -> int:
    if len(digits) > MAX_INTEGER_DIGITS:
        raise RowInvalid("huge_number", f"an integer has more than {MAX_INTEGER_DIGITS} digits")
    return int(digits)


def _object_without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) == len(pairs):
        return row
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise RowInvalid("duplicate_key", f"key {quoted(key)} appears twice")
        seen.add(key)
    return row


def _check_surrogates(value: dict[str, Any]) -> None:
    """Refuse half a surrogate pair: it can't be written as UTF-8 again."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise RowInvalid("lone_surrogate", "a string holds half a surrogate pair") from None
