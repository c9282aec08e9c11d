"""Toy train splits that a tiny model can learn, and their staging."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from competitions.kinds.sample_images import png

from .staging import Staged, write_inputs
from .task_json import task_json

LEFT = [f"w{number}" for number in range(10)]
RIGHT = [f"w{number}" for number in range(10, 20)]
LETTERS = ("LAGV", "KQNF")

Rows = list[tuple[dict[str, Any], Any]]
"""Inputs with labels."""


def texts(count: int, seed: int = 0) -> Rows:
    """Texts of one group of words or the other."""
    draw = random.Random(seed)
    return [
        ({"text": " ".join(draw.choices((LEFT, RIGHT)[side], k=draw.randint(3, 8)))}, NAMES[side])
        for side in (number % 2 for number in range(count))
    ]


NAMES = ("negative", "positive")


def pairs(count: int, seed: int = 1) -> Rows:
    """Pairs whose second text has one group of words or the other."""
    made = texts(count, seed)
    return [({"text_a": "w30 w31", "text_b": row["text"]}, label) for row, label in made]


def numbers(count: int, seed: int = 2) -> Rows:
    """Texts with a number far from 0."""
    return [(row, 130.0 if label == "positive" else 90.0) for row, label in texts(count, seed)]


def tagged(count: int, seed: int = 3) -> Rows:
    """Words, those of one group tagged."""
    draw = random.Random(seed)
    rows: Rows = []
    for _ in range(count):
        words = draw.choices(LEFT + RIGHT, k=draw.randint(3, 7))
        rows.append(({"words": words}, ["B-X" if word in RIGHT else "O" for word in words]))
    return rows


def sequences(count: int, seed: int = 4) -> Rows:
    """Sequences of one set of letters or the other."""
    draw = random.Random(seed)
    return [
        ({"sequence": "".join(draw.choices(LETTERS[side], k=draw.randint(6, 14)))}, NAMES[side])
        for side in (number % 2 for number in range(count))
    ]


def pictures(count: int, seed: int = 5) -> tuple[Rows, dict[str, bytes]]:
    """Images that are dark or light, with their files."""
    draw = random.Random(seed)
    rows: Rows = []
    files: dict[str, bytes] = {}
    for number in range(count):
        low = (0, 180)[number % 2]
        pixels = bytes(draw.randint(low, low + 70) for _ in range(3 * 32 * 32))
        name = f"{seed}-{number}.png"
        files[name] = png(32, 32, pixels, colour=2)
        rows.append(({"image": name}, NAMES[number % 2]))
    return rows, files


def stage(
    staged: Staged,
    slug: str,
    *,
    train: Rows,
    test: Sequence[Mapping[str, Any]],
    files: Mapping[str, bytes] | None = None,
    **config: Any,
) -> None:
    """A task of a track that learns; train rows are ``t0``, ``t1``, … and carry their labels."""
    folder = staged.in_dir / "tasks" / slug
    folder.mkdir(parents=True)
    (folder / "task.json").write_text(json.dumps(task_json(slug, **config)))
    write_inputs(folder / "inputs.jsonl", "r", test)
    write_train(folder / "train.jsonl", train)
    if files:
        (folder / "files").mkdir()
        for name, content in files.items():
            (folder / "files" / name).write_bytes(content)
    staged.tasks.append(slug)


def write_train(path: Path, rows: Rows, prefix: str = "t") -> None:
    lines = [
        json.dumps({"id": f"{prefix}{number}", "input": given, "label": label})
        for number, (given, label) in enumerate(rows)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
