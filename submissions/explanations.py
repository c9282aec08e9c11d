"""Reads what a sandbox says of the parts of public rows that spoke for its answers.

The file is untrusted, though the sandbox held public rows only: its size, shape and numbers are
bounded, and its texts are shown as texts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from competitions.kinds.values import ClassAnswer, ClassSetAnswer, RankedItems
from submissions.validation.bounded_json import parse_json
from submissions.validation.errors import SubmissionRefused

FILE = "explanations.json"
MOST_ROWS = 6
MOST_TOKENS = 300
_MOST_CELLS = 16
_MOST_CHARACTERS = 60
_DEPTH = 6


def read_explanations(
    raw: bytes, *, rows: Mapping[str, Mapping[str, Any]], answers: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return up to ``MOST_ROWS`` explanations of known rows; what is malformed is left out.

    ``rows`` are the rehearsal's inputs and ``answers`` its parsed answers, both by blinded id.
    Each explanation has ``input``, ``answer`` and either ``tokens`` with one ``score`` each or a
    ``grid`` of scores over an image; scores lie within -1 and 1.
    """
    try:
        found = parse_json(raw, path=FILE, max_depth=_DEPTH)
    except SubmissionRefused:
        return []
    listed = found if isinstance(found, list) else []
    read = (_explanation(each, rows, answers) for each in listed[:MOST_ROWS])
    return [each for each in read if each is not None]


def _explanation(
    said: object, rows: Mapping[str, Mapping[str, Any]], answers: Mapping[str, Any]
) -> dict[str, Any] | None:
    if not isinstance(said, dict):
        return None
    row_id, tokens, grid = str(said.get("id")), said.get("tokens"), _grid(said.get("grid"))
    if row_id not in rows or grid is None or not isinstance(tokens, list):
        return None
    if not all(isinstance(token, str) for token in tokens):
        return None
    shown = {"input": _short_input(rows[row_id]), "answer": _answer(answers.get(row_id))}
    if not tokens:
        return {**shown, "grid": [row[:_MOST_CELLS] for row in grid[:_MOST_CELLS]]}
    if len(grid) != 1 or len(grid[0]) != len(tokens):
        return None
    pairs = zip(tokens, grid[0], strict=True)
    cut = [[token[:_MOST_CHARACTERS], score] for token, score in pairs][:MOST_TOKENS]
    return {**shown, "tokens": cut}


def _grid(value: object) -> list[list[float]] | None:
    if not isinstance(value, list) or not value or not all(isinstance(r, list) for r in value):
        return None
    numbers = [number for row in value for number in row]
    if not all(type(number) in (int, float) and -1 <= number <= 1 for number in numbers):
        return None
    return [[float(number) for number in row] for row in value]


def _short_input(value: Mapping[str, Any]) -> str:
    text = " / ".join(
        each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)
        for each in value.values()
    )
    return text if len(text) <= 300 else text[:299] + "…"


def _answer(answer: Any) -> str:
    """Say an answer of those kinds whose parts can be looked at."""
    if isinstance(answer, ClassAnswer):
        return answer.label
    if isinstance(answer, ClassSetAnswer):
        return ", ".join(answer.labels) or "none of the classes"
    if isinstance(answer, RankedItems):
        return answer.items[0] if answer.items else ""
    return f"{answer:.4g}" if isinstance(answer, float) else ""
