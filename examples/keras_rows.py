"""Train splits of tables and images as arrays, and what the platform must know to make the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from shared import stop

TABLES = ("tabular_classification", "tabular_regression")
KINDS = (*TABLES, "image_classification")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """``inputs`` (rows, …) in float32, ``targets`` (rows,): class numbers, or values where
    ``labels`` is empty. ``files`` are JSON files that belong beside the model."""

    inputs: Any
    targets: Any
    labels: list[str]
    files: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A feature. ``texts`` are its categories; empty for one of numbers, whose mean stands for
    what is unknown. An unknown text is one more category."""

    name: str
    texts: tuple[str, ...]
    mean: float

    @property
    def fill(self) -> float:
        return float(len(self.texts)) if self.texts else self.mean

    def number(self, value: Any) -> float:
        if self.texts:
            return float(self.texts.index(value)) if value in self.texts else self.fill
        return self.fill if value is None else float(value)


def read_rows(path: Path, kind: str, labels: str, files: Path | None) -> Rows:
    """Read JSON Lines ``{"id", "input", "label"}``; commas set ``labels`` apart."""
    names = [name.strip() for name in labels.split(",") if name.strip()]
    if kind.endswith("_classification") != (len(names) > 1):
        stop("--labels must name two or more labels for a classification, none otherwise")
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        targets = [float(names.index(row["label"]) if names else row["label"]) for row in rows]
        read: Callable[[list[Row]], tuple[Any, Mapping[str, Any]]] = _tables
        if kind not in TABLES:
            read = _images(files or path.parent / "files")
        inputs, beside = read([row["input"] for row in rows])
    except (OSError, ValueError, KeyError, TypeError) as error:
        stop(f"{path}: not a train split of this kind ({error})")
    return Rows(inputs, np.asarray(targets, dtype=np.float32), names, beside)


def columns_of(tables: list[Row]) -> list[Column]:
    """Every name that some row has, in the order of their appearance."""
    names = dict.fromkeys(name for table in tables for name in table)
    found = []
    for name in names:
        values = [table[name] for table in tables if table.get(name) is not None]
        texts = {value for value in values if isinstance(value, str)}
        mean = 0.0 if texts or not values else float(np.mean(values))
        found.append(Column(name, tuple(sorted(texts)), mean))
    return found


def _tables(inputs: list[Row]) -> tuple[Any, Mapping[str, Any]]:
    tables = [each["features"] for each in inputs]
    columns = columns_of(tables)
    rows = [[column.number(table.get(column.name)) for column in columns] for table in tables]
    declared = {
        "columns": [column.name for column in columns],
        "categories": {column.name: list(column.texts) for column in columns if column.texts},
        "fill": {column.name: column.fill for column in columns},
    }
    return np.asarray(rows, dtype=np.float32), {"podium.json": declared}


def _images(folder: Path) -> Callable[[list[Row]], tuple[Any, Mapping[str, Any]]]:
    """In colour, from 0 to 1, (rows, height, width, 3); all of one size."""

    def read(inputs: list[Row]) -> tuple[Any, Mapping[str, Any]]:
        arrays = []
        for each in inputs:
            with Image.open(folder / str(each["image"])) as image:
                arrays.append(np.asarray(image.convert("RGB"), dtype=np.float32) / 255)
        stacked = np.stack(arrays)
        size = {"height": stacked.shape[1], "width": stacked.shape[2]}
        return stacked, {"preprocessor_config.json": {"size": size, "do_rescale": True}}

    return read
