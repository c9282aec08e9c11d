"""The lines of ``predictions.jsonl``. Numbers have 6 significant digits, so that a difference in
the last bits of a float leaves the bytes as they are."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path


def _number(value: float) -> str:
    return f"{value:.6g}"


def _id(row_id: str) -> str:
    return json.dumps(row_id, ensure_ascii=False)


def class_line(row_id: str, label: str, probs: Sequence[float]) -> str:
    """A label and its distribution, in the order of the task's labels."""
    numbers = ", ".join(map(_number, probs))
    text = json.dumps(label, ensure_ascii=False)
    return f'{{"id": {_id(row_id)}, "label": {text}, "probs": [{numbers}]}}'


def label_line(row_id: str, label: str) -> str:
    """A label alone."""
    return f'{{"id": {_id(row_id)}, "label": {json.dumps(label, ensure_ascii=False)}}}'


def value_line(row_id: str, value: float) -> str:
    return f'{{"id": {_id(row_id)}, "value": {_number(value)}}}'


def score_line(row_id: str, score: float) -> str:
    return f'{{"id": {_id(row_id)}, "score": {_number(score)}}}'


def embedding_line(row_id: str, embedding: Sequence[float]) -> str:
    """One formatting call for all numbers: five times faster than one a number."""
    numbers = ",".join(["%.6g"] * len(embedding)) % tuple(embedding)
    return f'{{"id": {_id(row_id)}, "embedding": [{numbers}]}}'


def write_predictions(folder: Path, lines: Iterable[str]) -> int:
    """Write lines as they come; the file gets its name only when it is whole. Returns their number.

    Whatever ``lines`` raises passes through, and no file stays.
    """
    part = folder / "predictions.jsonl.part"
    count = 0
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
        part.rename(folder / "predictions.jsonl")
    finally:
        part.unlink(missing_ok=True)
    return count
