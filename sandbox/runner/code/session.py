"""One run of a ``python`` submission: ``load`` once for each task, then ``predict`` in batches."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..config import TaskConfig, model_folder, read_task
from ..predictions import write_predictions
from ..report import Report
from ..walk import Walk
from .answers import answer_line
from .inputs import InputRow, read_inputs
from .program import Program

BATCH_ROWS = 32

Plan = tuple[TaskConfig, Path]


class CodeSession(Walk[Plan, InputRow]):
    """``batch`` is a list of inputs as they stand in the rows; the answers come in their order."""

    def plan(self, slug: str) -> Plan:
        return read_task(self.in_dir, slug), model_folder(self.in_dir, slug)

    def rows(self, plan: Plan) -> list[InputRow]:
        folder = self.in_dir / "tasks" / plan[0].slug
        return [row for name in plan[0].files for row in read_inputs(folder / name)]

    def predict(self, plan: Plan, rows: list[InputRow], report: Report) -> None:
        task, folder = plan
        started = time.monotonic()
        try:
            program = Program(folder)
            program.load(folder, self._facts(task))
        finally:
            report.load_seconds = time.monotonic() - started
        report.model_bytes = sum(path.stat().st_size for path in folder.rglob("*"))
        report.rows = write_predictions(self.folder(task.slug), self._lines(program, task, rows))

    def grouped(self, plans: list[tuple[str, Plan]]) -> list[tuple[str, Plan]]:
        return plans

    def _facts(self, task: TaskConfig) -> dict[str, Any]:
        return {
            "slug": task.slug,
            "kind": task.kind,
            "track": task.track,
            "labels": list(task.labels),
            "max_length": task.max_length,
            "pooling": task.pooling,
            "device": self.run.device,
            "threads": self.run.threads,
        }

    def _lines(self, program: Program, task: TaskConfig, rows: list[InputRow]) -> Iterator[str]:
        started = time.monotonic()
        for start in range(0, len(rows), BATCH_ROWS):
            batch = rows[start : start + BATCH_ROWS]
            answers = program.predict([row.content for row in batch])
            for row, answer in zip(batch, answers, strict=True):
                yield answer_line(row.id, answer, task)
            done = start + len(batch)
            rate = done / max(time.monotonic() - started, 1e-6)
            self.progress.advanced(task.slug, done, len(rows), rate)
