"""Jobs over the fake model: its outputs follow the texts' lengths."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from sandbox.runner.config import read_task
from sandbox.runner.formats.base import Model
from sandbox.runner.heads import find_head
from sandbox.runner.job import Job
from sandbox.runner.rows import Row

from ..task_json import task_json

Predict = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def predict(tmp_path: Path) -> Predict:
    """Runs a task over texts, pairs or whole inputs; rows are called r0, r1, …"""

    def run(
        kind: str,
        track: str,
        model: Model,
        inputs: Sequence[Any],
        labels: Sequence[str] = (),
        *,
        pair_head: bool = False,
        **changes: Any,
    ) -> list[dict[str, Any]]:
        folder = tmp_path / "tasks" / "task"
        folder.mkdir(parents=True, exist_ok=True)
        facts = task_json("task", kind=kind, track=track, labels=list(labels), **changes)
        (folder / "task.json").write_text(json.dumps({**facts, "max_length": 50}))
        task = read_task(tmp_path, "task")
        head = find_head(task)
        rows = [
            one if isinstance(one, dict) else dict(zip(task.reads, one, strict=True))
            for one in inputs
        ]
        job = Job(
            task=task,
            rows=[Row(f"r{number}", row) for number, row in enumerate(rows)],
            model=model,
            purpose=head.purpose(task, lambda: pair_head),
            folder=folder,
            batch_tokens=4,
            rehearsal=False,
            on_progress=lambda done, rate: None,
        )
        return [json.loads(line) for line in head.predict(job)]

    return run
