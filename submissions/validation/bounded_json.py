"""JSON of participants: limits are checked before the parser sees a byte of structure."""

from __future__ import annotations

import json
import math
import os
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from submissions.validation.errors import SubmissionRefused
from submissions.validation.text import shown, shown_bytes

# An empty object costs two bytes in a file and 64 in memory.
MAX_CONTAINERS = 300_000
# A whole string, even one that never ends (so that the scan stays linear), or one bracket.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)


def read_json(file: BinaryIO, *, path: str, max_bytes: int, max_depth: int) -> Any:
    """Read a whole JSON file.

    Raises:
        SubmissionRefused: ``json_too_large`` or what ``parse_json`` raises.
    """
    size = file.seek(0, os.SEEK_END)
    if size > max_bytes:
        raise SubmissionRefused(
            "json_too_large",
            f"{shown(path)} has {shown_bytes(size)}; such a file may have at most "
            f"{shown_bytes(max_bytes)}.",
            field=shown(path),
        )
    file.seek(0)
    return parse_json(file.read(max_bytes), path=path, max_depth=max_depth)


def parse_json(data: bytes, *, path: str, max_depth: int) -> Any:
    """Parse strict JSON: UTF-8, no duplicate keys, no NaN, no lone surrogates, bounded depth.

    Raises:
        SubmissionRefused: ``bad_json``, naming the file and the reason.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(path, f"is not UTF-8 at byte {error.start}") from None
    _check_depth(text, path=path, max_depth=max_depth)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_float=_finite,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        raise _bad(path, f"is not JSON: {error.msg}, line {error.lineno}") from None
    except ValueError as error:
        raise _bad(path, f"is not strict JSON: {shown(str(error))}") from None
    if "\\u" in text:
        _check_surrogates(value, path=path)
    return value


def walk(value: Any) -> Iterator[tuple[str | None, Any]]:
    """Yield every value inside ``value`` with its key (None for list items and the root)."""
    waiting: list[tuple[str | None, Any]] = [(None, value)]
    while waiting:
        key, item = waiting.pop()
        yield key, item
        if isinstance(item, dict):
            waiting.extend(item.items())
        elif isinstance(item, list):
            waiting.extend((None, child) for child in item)


def _check_depth(text: str, *, path: str, max_depth: int) -> None:
    depth = containers = 0
    for match in _TOKEN.finditer(text):
        char = match[0][0]
        if char in "[{":
            depth += 1
            containers += 1
        elif char in "]}":
            depth -= 1
        if depth > max_depth:
            raise _bad(path, f"is nested more than {max_depth} levels deep")
        if containers > MAX_CONTAINERS:
            raise _bad(path, f"holds more than {MAX_CONTAINERS} lists and objects")


def _check_surrogates(value: Any, *, path: str) -> None:
    for key, item in walk(value):
        for text in (key, item):
            if isinstance(text, str) and any("\ud800" <= char <= "\udfff" for char in text):
                raise _bad(path, "holds half of a surrogate pair")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise ValueError(f"the key “{shown(twice)}” is there twice")
    return result


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _bad(path: str, reason: str) -> SubmissionRefused:
    return SubmissionRefused("bad_json", f"{shown(path)} {reason}.", field=shown(path))
