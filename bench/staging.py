"""Lays out what the measured runs read: a folder for small programs, and one with a model."""

import json
import os
import random
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.programs import TASK

BATCH_TOKENS = 1024
_MAKER = Path(__file__).with_name("make_model.py")
_SEED = 7
_WORDS = (8, 60)


class ModelNotMade(Exception):
    """The runner's environment could not make the model; the text holds what it said."""


def stage_nothing(folder: Path) -> Path:
    """The least that becomes /in: for programs that read nothing."""
    _write(folder / "run.json", {})
    (folder / "tasks" / TASK).mkdir(parents=True)
    return opened(folder)


def stage_model(folder: Path, *, runner_python: Path, rows: int, seconds: float) -> Path:
    """One task of text classification over `rows` made-up texts, on one thread.

    Raises ModelNotMade.
    """
    task = folder / "tasks" / TASK
    task.mkdir(parents=True)
    _make_model(folder / "model", runner_python)
    _write(
        folder / "run.json",
        {
            "run": "bench",
            "format": "transformers",
            "tasks": [TASK],
            "dtype": "float32",
            "batch_tokens": BATCH_TOKENS,
            "threads": 1,
            "task_seconds": seconds,
            "device": "cpu",
        },
    )
    _write(
        task / "task.json",
        {
            "slug": TASK,
            "kind": "text_classification",
            "track": "predict",
            "head": "classes",
            "modality": "text",
            "reads": ["text"],
            "settings": {},
            "files": ["inputs.jsonl"],
            "answer": ["label"],
            "optional": ["probs"],
            "labels": ["negative", "positive"],
            "pooling": "mean",
            "max_length": 128,
        },
    )
    lines = [json.dumps({"id": str(n), "input": {"text": text}}) for n, text in _texts(rows)]
    (task / "inputs.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return opened(folder)


def _texts(rows: int) -> list[tuple[int, str]]:
    draw = random.Random(_SEED)  # noqa: S311 - texts, no secrets
    return [
        (number, " ".join(f"w{draw.randrange(30_000)}" for _ in range(draw.randint(*_WORDS))))
        for number in range(rows)
    ]


def _make_model(folder: Path, runner_python: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [str(runner_python), str(_MAKER), str(folder)],
        env={"PATH": os.environ["PATH"], "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ModelNotMade(f"the model could not be made: {done.stderr.strip()[-500:]}")


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def opened(folder: Path) -> Path:
    """The tree, readable for every user, as runs have users of their own."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder
