from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.runner.config import model_folder, read_run, read_task
from sandbox.runner.errors import Code, RunnerError

from .task_json import task_json

RUN = {
    "run": "r1",
    "format": "transformers",
    "tasks": ["movies", "tweets"],
    "dtype": "float32",
    "batch_tokens": 1024,
    "threads": 2,
    "task_seconds": 60,
    "device": "cpu",
}
TASK = task_json("movies", max_length=256)


def _write(path: Path, data: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data))


def test_reads_a_run(tmp_path: Path) -> None:
    _write(tmp_path / "run.json", RUN)
    run = read_run(tmp_path)
    assert run.tasks == ("movies", "tweets")
    assert run.task_seconds == 60.0


@pytest.mark.parametrize(
    "change",
    [
        {"format": "jax"},
        {"tasks": []},
        {"tasks": ["../model"]},
        {"tasks": ["movies", "movies"]},
        {"tasks": "movies"},
        {"dtype": "float16"},
        {"batch_tokens": 0},
        {"batch_tokens": True},
        {"threads": -1},
        {"task_seconds": 0},
        {"task_seconds": float("nan")},
        {"task_seconds": True},
        {"device": "tpu"},
        {"run": ""},
    ],
)
def test_a_run_that_does_not_fit_is_internal(tmp_path: Path, change: dict[str, Any]) -> None:
    _write(tmp_path / "run.json", RUN | change)
    with pytest.raises(RunnerError) as caught:
        read_run(tmp_path)
    assert caught.value.code == Code.INTERNAL
    assert next(iter(change)) in caught.value.message or "task" in caught.value.message


@pytest.mark.parametrize("content", [None, "", "[]", "{", '"text"'])
def test_an_unreadable_run_is_internal(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(RunnerError, match=r"^run\.json"):
        read_run(tmp_path)


def test_reads_a_task(tmp_path: Path) -> None:
    _write(tmp_path / "tasks" / "movies" / "task.json", TASK)
    task = read_task(tmp_path, "movies")
    assert (task.kind, task.labels, task.max_length) == (
        "text_classification",
        ("negative", "positive"),
        256,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"slug": "other"},
        {"kind": 1},
        {"labels": ["a", "a"]},
        {"labels": [1]},
        {"pooling": "max"},
        {"max_length": 0},
    ],
)
def test_a_task_that_does_not_fit_is_internal(tmp_path: Path, change: dict[str, Any]) -> None:
    _write(tmp_path / "tasks" / "movies" / "task.json", TASK | change)
    with pytest.raises(RunnerError, match=next(iter(change))):
        read_task(tmp_path, "movies")


def test_a_task_folder_replaces_the_root_model(tmp_path: Path) -> None:
    (tmp_path / "model" / "tasks" / "movies").mkdir(parents=True)
    assert model_folder(tmp_path, "movies") == tmp_path / "model" / "tasks" / "movies"
    assert model_folder(tmp_path, "tweets") == tmp_path / "model"
