"""An answer of a participant's code as a line of ``predictions.jsonl``, checked for its shape."""

import json
import math
from collections.abc import Mapping
from typing import Any

from ..config import TaskConfig
from ..errors import Code, RunnerError

_VALUES = {"text_regression": "value", "sentence_similarity": "score"}


def answer_line(row_id: str, answer: Any, task: TaskConfig) -> str:
    """The row, from a whole answer (a dict) or its one required value. Raises ``bad_answer``."""
    name = _required(task)
    row = dict(answer) if isinstance(answer, Mapping) else {name: answer}
    if name not in row:
        raise _bad(f"has no “{name}”")
    row = {key: _plain(value) for key, value in row.items()}
    _check(row[name], name, task)
    try:
        return json.dumps({"id": row_id, **row}, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        raise _bad("is no plain text, number or list, or holds NaN or infinity") from None


def _required(task: TaskConfig) -> str:
    if task.track == "probe":
        return "embedding"
    return _VALUES.get(task.kind, "label")


def _plain(value: Any) -> Any:
    """Arrays and their scalars as lists and numbers, without importing their library."""
    if hasattr(value, "tolist"):
        return value.tolist()
    return list(value) if isinstance(value, tuple) else value


def _check(value: Any, name: str, task: TaskConfig) -> None:
    if name == "label":
        if value not in task.labels:
            raise _bad(f"has the label {value!r}, which is not one of the task's")
    elif name == "embedding":
        if not isinstance(value, list) or not value or not all(map(_is_number, value)):
            raise _bad("has no list of finite numbers as “embedding”")
    elif name in _VALUES.values() and not _is_number(value):
        raise _bad(f"has no finite number as “{name}”")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _bad(problem: str) -> RunnerError:
    return RunnerError(Code.BAD_ANSWER, f"predict.py: an answer {problem}.")
