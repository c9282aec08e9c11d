"""A row as numbers, whatever kind of task it is from: equal rows are near each other."""

from __future__ import annotations

import math
import re
from typing import Any
from zlib import crc32

import numpy as np

WIDTH = 4096
_WORD = re.compile(r"\w+|[!?]")
Vector = np.ndarray


def parts(given: dict[str, Any]) -> list[str]:
    """What is counted: words of texts, pieces of sequences, items of histories. Each carries the
    name of its field, so that the same word in two fields is two things."""
    found: list[str] = []
    for name, value in given.items():
        if name == "features":
            continue
        if name == "sequence":
            found += [value[start : start + 3] for start in range(max(1, len(value) - 2))]
        elif isinstance(value, list):
            found += [f"{name} {each}" for each in value]
        else:
            found += [f"{name} {word}" for word in _WORD.findall(str(value).lower())]
    return found


def vector(given: dict[str, Any], scales: dict[str, list[float]]) -> Vector:
    """A vector of length 1: hashed counts, or a table's numbers, each by its own scale."""
    if "features" in given:
        numbers = [
            (number(given["features"].get(name)) - mean) / scale
            for name, (mean, scale) in scales.items()
        ]
        return np.asarray(numbers, dtype=np.float32)
    counts = np.zeros(WIDTH, dtype=np.float32)
    for part in parts(given):
        counts[crc32(part.encode()) % WIDTH] += 1
    counts = np.log1p(counts)
    return counts / max(1e-6, float(np.linalg.norm(counts)))


def number(value: Any) -> float:
    """A cell of a table; texts become a number of their own, unknown ones 0."""
    if isinstance(value, str):
        return float(crc32(value.encode()) % 97)
    return 0.0 if value is None else float(value)


def scales_of(rows: list[dict[str, Any]]) -> dict[str, list[float]]:
    """Mean and standard deviation of each column of a table; nothing for other rows."""
    tables = [row["input"]["features"] for row in rows if "features" in row["input"]]
    found: dict[str, list[float]] = {}
    for name in tables[0] if tables else ():
        column = [number(table.get(name)) for table in tables]
        mean = math.fsum(column) / len(column)
        spread = math.sqrt(math.fsum((each - mean) ** 2 for each in column) / len(column))
        found[name] = [mean, spread or 1.0]
    return found
