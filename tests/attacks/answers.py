"""Submissions whose sandbox returns what a case says, on the real way past it.

The sandbox is `tests.fakes.FakeBackend`: what is under attack lies behind it.
"""

from __future__ import annotations

import itertools
import json
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from common import blobs
from competitions.models import Participation, Task
from sandbox.spec import Outcome, Progress, RunSpec, TaskOutcome
from tests import factories
from tests.attacks.arena import Aftermath, Arena
from tests.fakes import FakeBackend, host
from tests.submissions.validation.build import safetensors, transformers_folder

_count = itertools.count(1)
Line = Callable[[str, str, int], str]
"""The raw line that answers a hidden row, from its task, its blinded id and its number."""


def model_files() -> dict[str, bytes]:
    """A model that the gate accepts, another one every time."""
    files = transformers_folder()
    config = {**json.loads(files["config.json"]), "number": next(_count)}
    tensor = struct.pack("<100f", *[config["number"]] * 100)
    header = {"w": {"dtype": "F32", "shape": [100], "data_offsets": [0, 400]}}
    return {
        **files,
        "config.json": json.dumps(config).encode(),
        "model.safetensors": safetensors(header, tensor),
    }


def returned(arena: Arena, entry: Participation, backend: FakeBackend) -> Aftermath:
    """Upload a new model, run it in `backend` and score it."""
    arena.host = host(backend)
    return arena.play(arena.enter(model_files(), entry=entry))


def regression(task: Task, labels: Sequence[float]) -> None:
    """Make a factories' task one of numbers, with these labels."""
    assert task.dataset is not None
    rows = [{"id": f"r{number}", "label": label} for number, label in enumerate(labels)]
    task.dataset.labels_sha256 = blobs.labels.put_bytes(factories.jsonl(rows)).sha256
    task.dataset.save()
    task.kind, task.metric, task.labels = "text_regression", "rmse", []
    task.baseline, task.ceiling = 1.0, 0.0
    task.save()


def row_number(row: dict[str, Any]) -> int:
    """The number in a factories' row, 0 for a sample row."""
    last = str(row["input"]["text"]).split()[-1]
    return int(last) if last.isdigit() else 0


@dataclass
class RawBackend(FakeBackend):
    """Answers sample rows well and every hidden row with the bytes that `line` makes.

    Tasks of `crashes` fail over hidden rows, with this for a code and a message.
    """

    line: Line = lambda slug, blinded, number: json.dumps({"id": blinded})

    crashes: dict[str, str] = field(default_factory=dict)

    def _task(
        self,
        spec: RunSpec,
        slug: str,
        output: Path,
        on_progress: Callable[[Progress], None],
    ) -> TaskOutcome:
        if len(self.seen) == 1:
            return super()._task(spec, slug, output, on_progress)
        if slug in self.crashes:
            return TaskOutcome(
                task=slug,
                outcome=Outcome.CRASHED,
                error_code=self.crashes[slug],
                message=self.crashes[slug],
                predictions=None,
            )
        text = (spec.input_dir / "tasks" / slug / "inputs.jsonl").read_text()
        rows = [json.loads(line) for line in text.splitlines()]
        path = output / slug / "predictions.jsonl"
        path.parent.mkdir(parents=True)
        lines = (self.line(slug, row["id"], row_number(row)) for row in rows)
        path.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass"))
        return TaskOutcome(
            task=slug, outcome=Outcome.OK, error_code=None, message=None, predictions=path
        )
