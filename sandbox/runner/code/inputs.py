"""Rows as a participant's code gets them: the whole input, whatever the kind."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import Code, RunnerError
from ..rows import clean_text


@dataclass(frozen=True, slots=True)
class InputRow:
    """One example: its per-run id and its input."""

    id: str
    content: dict[str, Any]


def read_inputs(path: Path) -> list[InputRow]:
    """All rows of a file. Raises ``internal``: the platform wrote it."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        rows = [json.loads(line) for line in lines if line.strip()]
        return [InputRow(row["id"], _cleaned(row["input"])) for row in rows]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunnerError(Code.INTERNAL, f"{path.name}: not a file of rows") from error


def _cleaned(content: dict[str, Any]) -> dict[str, Any]:
    """Texts as the platform's own formats read them."""
    return {
        name: clean_text(value) if isinstance(value, str) else value
        for name, value in content.items()
    }
