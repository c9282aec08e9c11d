"""Rows of a table for graphs: numbers in the order of the columns that the folder declares."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import Code, RunnerError
from ..items import Item, Table
from .base import Encoded, Features
from .readers import Reader
from .signature import Signature, declared_wrong

_COLUMNS_A_TOKEN = 8


class TableReader(Reader):
    """``features`` (rows, columns) in float32.

    A text becomes its place in the column's list of ``categories``. What is unknown (no value, a
    text that is not listed, a column that the row lacks) becomes ``fill``: 0 where nothing is said,
    NaN for null.
    """

    sources = ("features",)
    default = ("features",)

    def __init__(self, signature: Signature) -> None:
        """Raises ``bad_model`` for declarations that say nothing usable."""
        self._columns = _columns(signature.options)
        self._categories = _categories(signature.options, self._columns)
        self._fill = _fill(signature.options, self._columns)

    def encode(self, items: Sequence[Item], *, max_length: int, places: bool) -> Encoded:
        examples = [{"features": self._row(item)} for item in items]
        cost = max(1, len(self._columns) // _COLUMNS_A_TOKEN)
        return Encoded(examples, [cost] * len(examples), [False] * len(examples))

    def collate(self, batch: Sequence[Features]) -> Mapping[str, Any]:
        return {"features": np.stack([example["features"] for example in batch])}

    def trials(self) -> Sequence[tuple[int, int]]:
        return ((1, 1), (3, 1))

    def trial(self, examples: int, length: int) -> Sequence[Features]:
        return [{"features": np.zeros(len(self._columns), dtype=np.float32)}] * examples

    def _row(self, item: Item) -> Any:
        if not isinstance(item, Table):
            raise RunnerError(
                Code.UNSUPPORTED_ARCHITECTURE, "The model reads tables, the task has none."
            )
        values = [self._number(name, item.features.get(name)) for name in self._columns]
        return np.asarray(values, dtype=np.float32)

    def _number(self, column: str, value: Any) -> float:
        places = self._categories.get(column)
        if places is not None:
            return places.get(value, self._fill[column])
        known = isinstance(value, int | float) and not isinstance(value, bool)
        return float(value) if known else self._fill[column]


def _columns(options: Mapping[str, Any]) -> tuple[str, ...]:
    names = options.get("columns")
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        raise declared_wrong("columns", "must list the names of the columns, in the model's order")
    if len(set(names)) != len(names):
        raise declared_wrong("columns", "has a name twice")
    return tuple(names)


def _categories(
    options: Mapping[str, Any], columns: Sequence[str]
) -> Mapping[str, Mapping[Any, float]]:
    found = options.get("categories", {})
    if not isinstance(found, dict) or not all(isinstance(each, list) for each in found.values()):
        raise declared_wrong(
            "categories", "must give a list of texts for each column that has some"
        )
    for column, texts in found.items():
        if column not in columns:
            raise declared_wrong("categories", f"has {column}, which is none of the columns")
        if not all(isinstance(text, str) for text in texts) or len(set(texts)) != len(texts):
            raise declared_wrong("categories", f"must list different texts for {column}")
    return {
        column: {text: float(place) for place, text in enumerate(texts)}
        for column, texts in found.items()
    }


def _fill(options: Mapping[str, Any], columns: Sequence[str]) -> Mapping[str, float]:
    """One number (or null) for all columns, or an object of them by column."""
    told = options.get("fill", 0)
    by_column = told if isinstance(told, dict) else dict.fromkeys(columns, told)
    unknown = [column for column in by_column if column not in columns]
    if unknown:
        raise declared_wrong("fill", f"has {unknown[0]}, which is none of the columns")
    return {column: _filler(by_column.get(column, 0)) for column in columns}


def _filler(value: Any) -> float:
    if value is None:
        return float("nan")
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise declared_wrong("fill", "must be a number, or null for NaN, or one for each column")
    return float(value)
