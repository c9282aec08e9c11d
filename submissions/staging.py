"""Lays out the folder that becomes ``/in``: the model, blinded inputs, no answers.

Only the inputs store and the models store are read here. The rows are ordered by their blinded
ids, which is a fresh shuffle for every run; files that they refer to have new names (see
``submissions.staged_files``). The smoke run has the same layout over public sample
rows, so that nothing but the rows tells one from the other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import blobs
from competitions.blinding import PERTURBED, TEST, TRAIN, blind_id
from competitions.kinds import get_kind
from competitions.models import Competition, Task
from competitions.selectors import perturbed_copies
from submissions.models import Run
from submissions.practice import sample_rows
from submissions.staged_files import FilesOf, StagedFiles, hidden_files, public_files
from submissions.verdicts import owns_code

# Tokens in one batch of inference: measured best on CPU for small encoders.
BATCH_TOKENS = 1024

REHEARSAL = {"rehearsal": True}
"""Told to the platform's own code over public rows: it explains its answers, and trains shortly."""

_TAUGHT = (Task.Track.FINETUNE, Task.Track.PROMPT)
"""Tracks whose models see the public train split with its labels."""

Rows = Iterable[dict[str, Any]]
RowsOf = Callable[[Task, str], Rows]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of tasks come from, and the files that they refer to."""

    rows: RowsOf
    files: FilesOf


PUBLIC = Source(sample_rows, public_files)
"""What every submission meets first: the kind's samples, and rows of the public train split."""


def stage(run: Run, *, tasks: list[Task], folder: Path) -> None:
    """Write the whole ``/in`` of a run to the empty ``folder``, readable by any user."""
    _stage(run, tasks, folder, Source(_hidden_rows, hidden_files), {})


def stage_samples(run: Run, *, tasks: list[Task], folder: Path) -> None:
    """Write the ``/in`` of a smoke run: the same model and settings, public rows.

    Code of a participant is told nothing by which it could know that from a run that counts.
    """
    hides = owns_code(run.submission.format)
    _stage(run, tasks, folder, PUBLIC, {} if hides else REHEARSAL)


def _hidden_rows(task: Task, part: str) -> Rows:
    dataset = task.dataset
    if dataset is None:
        raise ValueError(f"task {task.slug} has no dataset")
    if part == PERTURBED:
        return ({"id": copy.id, "input": copy.input} for copy in perturbed_copies(task))
    return stored_rows(
        blobs.inputs, dataset.inputs_sha256 if part == TEST else dataset.train_sha256
    )


def _stage(
    run: Run, tasks: list[Task], folder: Path, source: Source, facts: Mapping[str, Any]
) -> None:
    _stage_model(run, folder / "model")
    lay_out(run, tasks=tasks, folder=folder, source=source, facts=facts)


def lay_out(
    run: Run,
    *,
    tasks: list[Task],
    folder: Path,
    source: Source,
    facts: Mapping[str, Any],
) -> None:
    """Write all of ``/in`` around a model that lies there already; nothing needs to be stored.

    ``facts`` are added to what the run is told, such as ``REHEARSAL``.
    """
    competition = run.submission.participation.competition
    for task in tasks:
        target = folder / "tasks" / task.slug
        _stage_task(task, target)
        with source.files(task) as file_of:
            files = StagedFiles(run, task, target, file_of)
            for name, part in answered_parts(task):
                _write_rows(target / name, files, part, source.rows(task, part))
            if task.track in _TAUGHT:
                _write_lessons(target / "train.jsonl", files)
    _write_json(folder / "run.json", {**_run_facts(run, competition, tasks), **facts})
    _open_for_reading(folder)


def answered_parts(task: Task) -> list[tuple[str, str]]:
    """Return the files of rows that a run answers, each with the part of the dataset it holds."""
    parts = [("inputs.jsonl", TEST)]
    if task.track == Task.Track.PROBE:
        parts.append(("train.jsonl", TRAIN))
    if task.settings_in_force.get("robustness"):
        parts.append(("perturbed.jsonl", PERTURBED))
    return parts


def _stage_model(run: Run, target: Path) -> None:
    target.mkdir(parents=True)
    for file in run.submission.files.all():
        path = target / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        blobs.models.copy_to(file.sha256, path)


def _stage_task(task: Task, target: Path) -> None:
    target.mkdir(parents=True)
    _write_json(target / "task.json", task_facts(task))


def task_facts(task: Task) -> dict[str, Any]:
    """Return all that a sandbox is told about a task beside its rows."""
    kind = get_kind(task.kind)
    schema = kind.answers[task.track]
    return {
        "slug": task.slug,
        "kind": task.kind,
        "track": task.track,
        "head": kind.head,
        "modality": kind.modality,
        "reads": list(kind.reads),
        "labels": list(task.classes),
        "pooling": task.pooling,
        "max_length": task.max_length,
        "settings": task.settings_in_force,
        "files": [name for name, _ in answered_parts(task)],
        "answer": list(schema.required),
        "optional": list(schema.optional),
    }


def _write_rows(target: Path, files: StagedFiles, part: str, rows: Rows) -> None:
    key, task = files.run.key, files.task.slug
    blinded = (
        (blind_id(key=key, task=task, part=part, row_id=row["id"]), files.renamed(row["input"]))
        for row in rows
    )
    with target.open("w", encoding="utf-8") as sink:
        for new_id, content in sorted(blinded, key=lambda pair: pair[0]):
            sink.write(json.dumps({"id": new_id, "input": content}, ensure_ascii=False) + "\n")


def _write_lessons(target: Path, files: StagedFiles) -> None:
    """Write the public train split with its labels, where there is one: a model learns from it."""
    dataset, task = files.task.dataset, files.task
    if dataset is None or not dataset.train_sha256:
        return
    rows = (
        {
            "id": blind_id(key=files.run.key, task=task.slug, part=TRAIN, row_id=row["id"]),
            "input": files.renamed(row["input"]),
            "label": row["label"],
        }
        for row in stored_rows(blobs.inputs, dataset.train_sha256)
    )
    with target.open("w", encoding="utf-8") as sink:
        for row in sorted(rows, key=lambda each: str(each["id"])):
            sink.write(json.dumps(row, ensure_ascii=False) + "\n")


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
