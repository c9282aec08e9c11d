"""The JSON reader of the upload gate: what it accepts is plain, shallow and says one thing."""

from __future__ import annotations

import json
import math
from typing import Any

from hypothesis import strategies as st

from submissions.validation.bounded_json import MAX_CONTAINERS, parse_json
from submissions.validation.errors import SubmissionRefused
from tests.fuzz.harness import Watch, fuzz
from tests.fuzz.json_texts import json_texts
from tests.fuzz.mutations import changed, mutated

DEPTH = 5
FILES = [
    b'{"a": [1, 2.5, null, true], "b": {"c": "\\u00e9\\ud83d\\ude00"}}',
    b'[[["deep"]]]',
    b'"text"',
    "\ufeff{}".encode(),
]
WORDS = [
    b'"a": ',
    b"[",
    b"]",
    b"{",
    b"}",
    b",",
    b"NaN",
    b"1e999",
    b'"\\ud800"',
    b"\\u",
    b'\\"',
    b"7" * 5000,
]


def files() -> st.SearchStrategy[bytes]:
    texts = json_texts(["a", "b", "auto_map"]).map(lambda text: text.encode())
    return st.one_of(changed(texts), mutated(FILES, words=WORDS))


def test_json_is_refused_or_is_strict() -> None:
    watch = Watch(SubmissionRefused, times=60)

    def check(data: bytes) -> None:
        value = watch.read(
            lambda: [parse_json(data, path="x.json", max_depth=DEPTH)], size=len(data)
        )
        if value is not None:
            assert value == [json.loads(data, object_pairs_hook=_once)]
            assert _containers(value[0], depth=0) <= MAX_CONTAINERS
            json.dumps(value, ensure_ascii=False, allow_nan=False).encode()

    fuzz(files(), check, watch)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(dict(pairs)) == len(pairs), "a key is there twice"
    return dict(pairs)


def _containers(value: Any, *, depth: int) -> int:
    if isinstance(value, float):
        assert math.isfinite(value)
    if not isinstance(value, dict | list):
        return 0
    assert depth < DEPTH
    inner = value.values() if isinstance(value, dict) else value
    return 1 + sum(_containers(item, depth=depth + 1) for item in inner)
