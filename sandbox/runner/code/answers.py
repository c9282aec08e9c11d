"""Answers of a participant's code as lines of ``predictions.jsonl``, checked for their shape.

The scorer checks all of this again, as this process is the participant's; here a mistake gets a
name and a place. What is checked holds for any kind: the keys, plain values, finite numbers, known
labels, probabilities, embeddings of one width. The bounds are the scorer's.
"""

from collections.abc import Mapping
from math import fsum, isfinite
from types import NoneType
from typing import Any

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..predictions import answer_line, embedding_line

MAX_NUMBER = 1e12
MAX_WIDTH = 8192
MAX_DEPTH = 6
PROBABILITY_TOLERANCE = 1e-3
_NUMBERS = ("value", "score", "bits")
# What may stand in place of a required key, where the task has it among the optional ones.
_INSTEAD = {"score": "embeddings"}
_SHOWN = 60
_LONG = 10**18


class BadAnswer(RunnerError):
    """The message is a clause that says what is wrong with one answer."""

    def __init__(self, clause: str) -> None:
        super().__init__(Code.BAD_ANSWER, clause)


class Answers:
    """Makes the lines of one task. Embeddings must all be as wide as the first."""

    def __init__(self, task: TaskConfig) -> None:
        self._task = task
        self._width: int | None = None

    def line(self, row_id: str, answer: Any) -> str:
        """One row, from a whole answer (a dict) or its one required value. Raises ``BadAnswer``."""
        row = self._whole(answer)
        for name in self._task.answer:
            if name not in row and not self._replaced(name, row):
                raise BadAnswer(f"has no “{name}”")
        known = (*self._task.answer, *self._task.optional)
        unknown = [key for key in row if key not in known]
        if unknown:
            raise BadAnswer(f"has the unknown key {_shown(unknown[0])}")
        if "embedding" in row:
            return embedding_line(row_id, self._embedding(row["embedding"]))
        plain = {name: _value(value, name) for name, value in row.items()}
        self._check_label(plain)
        return answer_line(row_id, plain)

    def _whole(self, answer: Any) -> Mapping[str, Any]:
        if isinstance(answer, Mapping):
            return answer
        if len(self._task.answer) == 1:
            return {self._task.answer[0]: answer}
        named = ", ".join(f"“{name}”" for name in self._task.answer)
        raise BadAnswer(f"is {type(answer).__name__}; a dict with {named} is expected")

    def _replaced(self, name: str, row: Mapping[str, Any]) -> bool:
        other = _INSTEAD.get(name)
        return other in self._task.optional and other in row

    def _check_label(self, row: Mapping[str, Any]) -> None:
        labels = self._task.labels
        if "label" not in row or not labels:
            return
        label = row["label"]
        if type(label) is not str or label not in labels:
            raise BadAnswer(
                f"has the label {_shown(label)}; the task's are {', '.join(map(_shown, labels))}"
            )
        if "probs" in row:
            _check_probabilities(row["probs"], len(labels))

    def _embedding(self, value: Any) -> list[float]:
        numbers = _numbers(value, "embedding")
        if len(numbers) > MAX_WIDTH:
            raise BadAnswer(f"has an embedding of {len(numbers)} numbers; {MAX_WIDTH} are allowed")
        self._width = self._width or len(numbers)
        if len(numbers) != self._width:
            raise BadAnswer(
                f"has an embedding of {len(numbers)} numbers; the first one had {self._width}"
            )
        return numbers


def _check_probabilities(value: Any, labels: int) -> None:
    probs = _numbers(value, "probs")
    if len(probs) != labels:
        raise BadAnswer(f"has {len(probs)} “probs” for {labels} labels")
    total = fsum(probs)
    if min(probs) < 0 or abs(total - 1) > PROBABILITY_TOLERANCE:
        raise BadAnswer(f"has “probs” that are no probabilities: they sum to {total:.4g}")


def _plain(value: Any) -> Any:
    """Arrays and their scalars as lists and numbers, without importing their library."""
    return value.tolist() if hasattr(value, "tolist") else value


def _value(value: Any, name: str) -> Any:
    found = _checked(value, name)
    if name in _NUMBERS and type(found) not in (int, float):
        raise BadAnswer(f"has {_shown(found)} as “{name}”; a number is expected")
    return found


def _checked(value: Any, name: str, depth: int = 0) -> Any:
    """A value of texts, finite numbers, true, false, None, lists and dicts of them."""
    found = _plain(value)
    if type(found) in (str, bool, NoneType):
        return found
    if type(found) in (int, float):
        return _in_range([found], name)[0] if type(found) is float else _whole_number(found, name)
    if depth == MAX_DEPTH or not isinstance(found, list | tuple | Mapping):
        raise BadAnswer(f"has {_shown(found)} as “{name}”; texts, numbers and lists are expected")
    if isinstance(found, Mapping):
        return {str(key): _checked(each, name, depth + 1) for key, each in found.items()}
    return [_checked(each, name, depth + 1) for each in found]


def _whole_number(number: int, name: str) -> int:
    _in_range([number], name)
    return number


def _numbers(value: Any, name: str) -> list[float]:
    found = _plain(value)
    if not isinstance(found, list | tuple) or not found:
        raise BadAnswer(f"has {_shown(found)} as “{name}”; a list of numbers is expected")
    numbers = [_plain(each) for each in found]
    strange = set(map(type, numbers)) - {int, float}
    if strange:
        raise BadAnswer(f"has {strange.pop().__name__} in “{name}”; numbers are expected")
    return _in_range(numbers, name)


def _in_range(numbers: list[Any], name: str) -> list[float]:
    """Comparing finds NaN nowhere and giant integers everywhere, so both are asked."""
    if not all(isfinite(each) for each in numbers if type(each) is float):
        raise BadAnswer(f"has NaN or infinity as “{name}”")
    if not all(-MAX_NUMBER <= each <= MAX_NUMBER for each in numbers):
        raise BadAnswer(f"has a number beyond ±{MAX_NUMBER:.0e} as “{name}”")
    return [float(each) for each in numbers]


def _shown(value: Any) -> str:
    """A participant's value as it may stand in a message: short, and nothing of it is called."""
    if type(value) is str:
        return repr(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")
    if type(value) is int and abs(value) >= _LONG:
        return "a giant number"
    return repr(value) if type(value) in (int, float, bool, NoneType) else type(value).__name__
