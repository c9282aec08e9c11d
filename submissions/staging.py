"""Lays out the folder that becomes ``/in``: the model, blinded inputs, no answers.

Only the inputs store and the models store are read here. The rows are ordered by their blinded
ids, which is a fresh shuffle for every run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common import blobs
from competitions.blinding import TEST, TRAIN, blind_id
from competitions.models import Competition, DatasetVersion, Task
from submissions.models import Run

# Tokens in one batch of inference: measured best on CPU for small encoders.
BATCH_TOKENS = 1024


def stage(run: Run, *, tasks: list[Task], folder: Path) -> None:
    """Write the whole ``/in`` of a run to the empty ``folder``, readable by any user."""
    competition = run.submission.participation.competition
    _stage_model(run, folder / "model")
    for task in tasks:
        _stage_task(run, task, folder / "tasks" / task.slug)
    _write_json(folder / "run.json", _run_facts(run, competition, tasks))
    _open_for_reading(folder)


def _stage_model(run: Run, target: Path) -> None:
    target.mkdir(parents=True)
    for file in run.submission.files.all():
        path = target / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        blobs.models.copy_to(file.sha256, path)


def _stage_task(run: Run, task: Task, target: Path) -> None:
    target.mkdir(parents=True)
    dataset = _dataset(task)
    facts = {
        "slug": task.slug,
        "kind": task.kind,
        "track": task.track,
        "labels": task.labels,
        "pooling": task.pooling,
        "max_length": task.max_length,
    }
    _write_json(target / "task.json", facts)
    _write_rows(target / "inputs.jsonl", run, task, dataset.inputs_sha256, TEST)
    if task.track == Task.Track.PROBE:
        _write_rows(target / "train.jsonl", run, task, dataset.train_sha256, TRAIN)


def _dataset(task: Task) -> DatasetVersion:
    if task.dataset is None:
        raise ValueError(f"task {task.slug} has no dataset")
    return task.dataset


def _write_rows(target: Path, run: Run, task: Task, sha256: str, part: str) -> None:
    rows = _blinded(run, task, sha256, part)
    with target.open("w", encoding="utf-8") as sink:
        for new_id, content in rows:
            sink.write(json.dumps({"id": new_id, "input": content}, ensure_ascii=False) + "\n")


def _blinded(run: Run, task: Task, sha256: str, part: str) -> list[tuple[str, Any]]:
    rows = [
        (blind_id(key=run.key, task=task.slug, part=part, row_id=row["id"]), row["input"])
        for row in stored_rows(blobs.inputs, sha256)
    ]
    return sorted(rows, key=lambda pair: pair[0])


def stored_rows(store: blobs.BlobStore, sha256: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a stored JSON Lines file, which was checked when it was uploaded."""
    with store.open(sha256) as stream:
        for line in stream:
            if line.strip():
                yield json.loads(line)


def _run_facts(run: Run, competition: Competition, tasks: list[Task]) -> dict[str, Any]:
    return {
        "run": f"run-{run.attempt}",
        "format": run.submission.format,
        "tasks": [task.slug for task in tasks],
        "dtype": competition.dtype,
        "batch_tokens": BATCH_TOKENS,
        "threads": max(1, round(competition.cpus)),
        "task_seconds": competition.task_seconds,
        "device": "cuda" if competition.gpus else "cpu",
    }


def _write_json(target: Path, content: dict[str, Any]) -> None:
    target.write_text(json.dumps(content), encoding="utf-8")


def _open_for_reading(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o444)
