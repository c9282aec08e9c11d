"""Reads the rows of a task: JSON Lines ``{"id": str, "input": {…}}``."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from .errors import Code, RunnerError

PERTURBED = "perturbed.jsonl"
"""Changed copies of some rows, which are answered once every answer that counts is written."""


@dataclass(frozen=True, slots=True)
class Row:
    """One example: its per-run id and its input; ``label`` only in a train split."""

    id: str
    input: dict[str, Any]
    label: Any = None


def clean_text(text: str) -> str:
    """Replaces lone surrogates, which JSON can carry and no tokenizer accepts."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _cleaned(value: Any) -> Any:
    """Texts anywhere inside a value as models can read them."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if isinstance(value, dict):
        return {clean_text(key): _cleaned(each) for key, each in value.items()}
    return value


def parse_row(line: str) -> Row:
    """One line. Raises ``ValueError`` without quoting the row."""
    data: Any = json.loads(line)
    if not isinstance(data, dict) or not isinstance(data.get("input"), dict):
        raise ValueError("not a row")
    if not isinstance(data.get("id"), str):
        raise ValueError("no id")
    return Row(data["id"], _cleaned(data["input"]), _cleaned(data.get("label")))


def read_rows(path: Path) -> list[Row]:
    """All rows of a file. Raises ``internal`` with file and line: the platform wrote them."""
    rows = []
    try:
        with path.open(encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    rows.append(_numbered(path.name, number, line))
    except (OSError, UnicodeDecodeError) as error:
        raise RunnerError(
            Code.INTERNAL, f"{path.name}: unreadable ({type(error).__name__})"
        ) from error
    if len({row.id for row in rows}) != len(rows):
        raise RunnerError(Code.INTERNAL, f"{path.name}: duplicate ids")
    return rows


def counting_rows(folder: Path, files: Sequence[str]) -> list[Row]:
    """The rows of a task that need a prediction, without perturbed ones. Raises ``internal``."""
    return [row for name in files if name != PERTURBED for row in read_rows(folder / name)]


def first_rows(folder: Path, files: Sequence[str], count: int) -> list[Row]:
    """Up to ``count`` rows of a task's first file, whose order is random. Raises ``internal``."""
    with (folder / files[0]).open(encoding="utf-8", newline="\n") as lines:
        told = (line for line in lines if line.strip())
        return [_numbered(files[0], n, line) for n, line in enumerate(islice(told, count), start=1)]


def perturbed_rows(folder: Path, files: Sequence[str]) -> list[Row]:
    """The perturbed rows of a task, if it has any. Raises ``internal``."""
    return read_rows(folder / PERTURBED) if PERTURBED in files else []


def _numbered(name: str, number: int, line: str) -> Row:
    try:
        return parse_row(line)
    except ValueError as error:
        raise RunnerError(Code.INTERNAL, f"{name}, line {number}: not a valid row") from error
