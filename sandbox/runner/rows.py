"""Reads the rows of a task: JSON Lines ``{"id": str, "input": {field: str}}``."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import Code, RunnerError


@dataclass(frozen=True, slots=True)
class Row:
    """One example: its per-run id and its texts in the order of the kind's fields."""

    id: str
    texts: tuple[str, ...]


def clean_text(text: str) -> str:
    """Replaces lone surrogates, which JSON can carry and no tokenizer accepts."""
    return text.encode("utf-8", "replace").decode("utf-8")


def parse_row(line: str, fields: tuple[str, ...]) -> Row:
    """One line. Raises ``ValueError`` without quoting the row."""
    data: Any = json.loads(line)
    if not isinstance(data, dict) or not isinstance(data.get("input"), dict):
        raise ValueError("not a row")
    if not isinstance(data.get("id"), str):
        raise ValueError("no id")
    texts = [data["input"].get(field) for field in fields]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a field is absent or not a text")
    return Row(data["id"], tuple(clean_text(text) for text in texts))


def read_rows(path: Path, fields: tuple[str, ...]) -> list[Row]:
    """All rows of a file. Raises ``internal`` with file and line: the platform wrote them."""
    rows = []
    try:
        with path.open(encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    rows.append(_numbered(path.name, number, line, fields))
    except (OSError, UnicodeDecodeError) as error:
        raise RunnerError(
            Code.INTERNAL, f"{path.name}: unreadable ({type(error).__name__})"
        ) from error
    if len({row.id for row in rows}) != len(rows):
        raise RunnerError(Code.INTERNAL, f"{path.name}: duplicate ids")
    return rows


def _numbered(name: str, number: int, line: str, fields: tuple[str, ...]) -> Row:
    try:
        return parse_row(line, fields)
    except ValueError as error:
        raise RunnerError(Code.INTERNAL, f"{name}, line {number}: not a valid row") from error
