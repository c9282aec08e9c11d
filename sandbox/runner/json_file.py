"""Reads JSON files of a submission. Whatever is wrong with them is the submission's fault."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import Code, RunnerError


def read_json(path: Path) -> Any:
    """Raises ``bad_model`` with the file's name and its folder's."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise RunnerError(Code.BAD_MODEL, f"{_name(path)} is not JSON.") from error


def read_json_object(path: Path) -> Mapping[str, Any]:
    """Raises ``bad_model``."""
    data = read_json(path)
    if not isinstance(data, dict):
        raise RunnerError(Code.BAD_MODEL, f"{_name(path)} is not an object.")
    return data


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
