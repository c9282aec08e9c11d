"""Writes what the platform stages for a run, and reads what it left."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .task_json import task_json

Texts = Sequence[str] | Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Result:
    """One task's report and its prediction rows by id."""

    report: dict[str, Any]
    rows: dict[str, dict[str, Any]]
    raw: bytes


@dataclass(slots=True)
class Staged:
    """An input folder under construction, with an empty output folder beside it."""

    root: Path
    format: str = "transformers"
    settings: dict[str, Any] = field(default_factory=dict)
    tasks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.model.mkdir(parents=True)
        self.out_dir.mkdir()

    @property
    def in_dir(self) -> Path:
        return self.root / "in"

    @property
    def out_dir(self) -> Path:
        return self.root / "out"

    @property
    def model(self) -> Path:
        return self.in_dir / "model"

    def own(self, slug: str) -> Path:
        """The folder of a task's own model."""
        folder = self.model / "tasks" / slug
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def task(self, slug: str, texts: Texts, *, train: Texts | None = None, **config: Any) -> None:
        folder = self.in_dir / "tasks" / slug
        folder.mkdir(parents=True)
        config = {"track": "predict" if train is None else "probe", **config}
        (folder / "task.json").write_text(json.dumps(task_json(slug, **config)))
        write_rows(folder / "inputs.jsonl", "r", texts)
        if train is not None:
            write_rows(folder / "train.jsonl", "t", train)
        self.tasks.append(slug)

    def images(self, slug: str, files: Mapping[str, bytes], **config: Any) -> None:
        """A task of images, a row each in the order given; on the probe track all are train too."""
        folder = self.in_dir / "tasks" / slug
        (folder / "files").mkdir(parents=True)
        facts = task_json(slug, **config)
        (folder / "task.json").write_text(json.dumps(facts))
        for name, content in files.items():
            (folder / "files" / name).write_bytes(content)
        for path, prefix in zip(facts["files"], "rt", strict=False):
            write_inputs(folder / path, prefix, [{"image": name} for name in files])
        self.tasks.append(slug)

    def inputs(self, slug: str, rows: Sequence[Mapping[str, Any]], **config: Any) -> None:
        """A task of any kind, its inputs as they lie in the files."""
        folder = self.in_dir / "tasks" / slug
        folder.mkdir(parents=True)
        (folder / "task.json").write_text(json.dumps(task_json(slug, **config)))
        write_inputs(folder / "inputs.jsonl", "r", rows)
        self.tasks.append(slug)

    def tables(self, slug: str, rows: Sequence[Mapping[str, Any]], **config: Any) -> None:
        """A task of tables, a row each."""
        self.inputs(slug, [{"features": row} for row in rows], **config)

    def close(self) -> None:
        """Writes run.json, with which the folder is complete."""
        defaults = {
            "run": "r1",
            "format": self.format,
            "tasks": self.tasks,
            "dtype": "float32",
            "batch_tokens": 256,
            "threads": 1,
            "task_seconds": 300,
            "device": "cpu",
        }
        (self.in_dir / "run.json").write_text(json.dumps(defaults | self.settings))

    def result(self, slug: str) -> Result:
        folder = self.out_dir / slug
        report = json.loads((folder / "report.json").read_text())
        path = folder / "predictions.jsonl"
        raw = path.read_bytes() if path.exists() else b""
        rows = [json.loads(line) for line in raw.splitlines()]
        assert len({row["id"] for row in rows}) == len(rows)
        return Result(report, {row["id"]: row for row in rows}, raw)


def write_rows(path: Path, prefix: str, texts: Texts) -> None:
    """Rows ``r0``, ``r1``, …; a pair of texts becomes ``text_a`` and ``text_b``."""
    rows = []
    for number, text in enumerate(texts):
        fields = {"text": text} if isinstance(text, str) else dict(zip("ab", text, strict=True))
        named = {key if key == "text" else f"text_{key}": value for key, value in fields.items()}
        rows.append(json.dumps({"id": f"{prefix}{number}", "input": named}) + "\n")
    path.write_text("".join(rows), encoding="utf-8")


def write_inputs(path: Path, prefix: str, inputs: Sequence[Mapping[str, Any]]) -> None:
    """Rows ``r0``, ``r1``, … of any inputs."""
    rows = [
        json.dumps({"id": f"{prefix}{number}", "input": one}) + "\n"
        for number, one in enumerate(inputs)
    ]
    path.write_text("".join(rows), encoding="utf-8")
