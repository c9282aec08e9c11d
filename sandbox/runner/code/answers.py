"""Answers of a participant's code as lines of ``predictions.jsonl``, checked for their shape.

The scorer checks all of this again, as this process is the participant's; here a mistake gets a
name and a place. The bounds are the scorer's.
"""

from collections.abc import Callable, Mapping
from math import fsum, isfinite
from types import NoneType
from typing import Any

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..predictions import class_line, embedding_line, label_line, score_line, value_line

MAX_NUMBER = 1e12
MAX_WIDTH = 8192
PROBABILITY_TOLERANCE = 1e-3
_SHOWN = 60
_LONG = 10**18


class BadAnswer(RunnerError):
    """The message is a clause that says what is wrong with one answer."""

    def __init__(self, clause: str) -> None:
        super().__init__(Code.BAD_ANSWER, clause)


class Answers:
    """Makes the lines of one task. Embeddings must all be as wide as the first."""

    def __init__(self, task: TaskConfig) -> None:
        """Raises ``internal`` for a kind that is not known here."""
        self._task = task
        self._width: int | None = None
        makers: dict[tuple[str, str], tuple[str, Callable[[str, Mapping[str, Any]], str]]] = {
            ("text_classification", "predict"): ("label", self._class),
            ("text_regression", "predict"): ("value", self._value),
            ("sentence_similarity", "predict"): ("score", self._score),
            ("text_classification", "probe"): ("embedding", self._embedding),
            ("text_regression", "probe"): ("embedding", self._embedding),
        }
        try:
            self._name, self._line = makers[task.kind, task.track]
        except KeyError:
            raise RunnerError(
                Code.INTERNAL, f"no kind {task.kind} on the track {task.track}"
            ) from None

    def line(self, row_id: str, answer: Any) -> str:
        """One row, from a whole answer (a dict) or its one required value. Raises ``BadAnswer``."""
        row = answer if isinstance(answer, Mapping) else {self._name: answer}
        if self._name not in row:
            raise BadAnswer(f"has no “{self._name}”")
        known = {self._name, "probs"} if self._name == "label" else {self._name}
        unknown = [key for key in row if key not in known]
        if unknown:
            raise BadAnswer(f"has the unknown key {_shown(unknown[0])}")
        return self._line(row_id, row)

    def _class(self, row_id: str, row: Mapping[str, Any]) -> str:
        label, labels = _plain(row["label"]), self._task.labels
        if type(label) is not str or label not in labels:
            raise BadAnswer(
                f"has the label {_shown(label)}; the task's are {', '.join(map(_shown, labels))}"
            )
        if "probs" not in row:
            return label_line(row_id, label)
        probs = _numbers(row["probs"], "probs")
        if len(probs) != len(labels):
            raise BadAnswer(f"has {len(probs)} “probs” for {len(labels)} labels")
        total = fsum(probs)
        if min(probs) < 0 or abs(total - 1) > PROBABILITY_TOLERANCE:
            raise BadAnswer(f"has “probs” that are no probabilities: they sum to {total:.4g}")
        return class_line(row_id, label, probs)

    def _value(self, row_id: str, row: Mapping[str, Any]) -> str:
        return value_line(row_id, _number(row["value"], "value"))

    def _score(self, row_id: str, row: Mapping[str, Any]) -> str:
        return score_line(row_id, _number(row["score"], "score"))

    def _embedding(self, row_id: str, row: Mapping[str, Any]) -> str:
        numbers = _numbers(row["embedding"], "embedding")
        if len(numbers) > MAX_WIDTH:
            raise BadAnswer(f"has an embedding of {len(numbers)} numbers; {MAX_WIDTH} are allowed")
        self._width = self._width or len(numbers)
        if len(numbers) != self._width:
            raise BadAnswer(
                f"has an embedding of {len(numbers)} numbers; the first one had {self._width}"
            )
        return embedding_line(row_id, numbers)


def _plain(value: Any) -> Any:
    """Arrays and their scalars as lists and numbers, without importing their library."""
    return value.tolist() if hasattr(value, "tolist") else value


def _number(value: Any, name: str) -> float:
    number = _plain(value)
    if type(number) not in (int, float):
        raise BadAnswer(f"has {_shown(number)} as “{name}”; a number is expected")
    return _in_range([number], name)[0]


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
