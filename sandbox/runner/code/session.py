"""One run of a ``python`` submission: ``load`` once for each task, then ``predict`` in batches."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..batching import token_batches
from ..config import RunConfig, TaskConfig, model_folder, read_task
from ..errors import Code, RunnerError
from ..folder_bytes import folder_bytes
from ..predictions import write_predictions
from ..progress import Progress, unseen
from ..report import Report
from ..rows import Row, counting_rows, perturbed_rows
from ..walk import FILES, Walk
from .answers import Answers, BadAnswer
from .facts import task_facts
from .faults import participant_code
from .modules import OwnModules
from .program import FILE, Program

BATCH_ROWS = 32
BATCH_CHARACTERS = 64_000
"""Of one batch, as if all its rows were as long as its longest: 2 000 a row in a full one."""

Plan = tuple[TaskConfig, Path]


class CodeSession(Walk[Plan, Row]):
    """``batch`` is a list of inputs as they stand in the rows; the answers come in their order.

    ``predict.py`` is imported once for each folder: tasks that share one go together, and what
    the module keeps is there for the next of them.
    """

    def __init__(self, *, in_dir: Path, out_dir: Path, run: RunConfig, progress: Progress) -> None:
        super().__init__(in_dir=in_dir, out_dir=out_dir, run=run, progress=progress)
        self._modules = OwnModules()
        self._loaded: tuple[Path, Program] | None = None
        self._prepared: str | None = None

    def plan(self, slug: str) -> Plan:
        return read_task(self.in_dir, slug), model_folder(self.in_dir, slug)

    def rows(self, plan: Plan) -> list[Row]:
        return counting_rows(self._files(plan), plan[0].files)

    def predict(self, plan: Plan, rows: list[Row], report: Report) -> None:
        task, folder = plan
        report.dtype = ""
        report.model_bytes = folder_bytes(folder)
        started = time.monotonic()
        try:
            program = self._prepare(plan)
        finally:
            report.load_seconds = time.monotonic() - started

        def follow(done: int, rate: float) -> None:
            self.progress.advanced(task.slug, done, len(rows), rate)

        lines = self._lines(program, plan, rows, follow)
        report.rows = write_predictions(self.folder(task.slug), lines)

    def perturbed_answers(self, plan: Plan) -> list[str]:
        """From the program as it was prepared for the task, or is prepared once more."""
        rows = perturbed_rows(self._files(plan), plan[0].files)
        if not rows:
            return []
        ready = self._loaded is not None and self._prepared == plan[0].slug
        program = self._program(plan[1]) if ready else self._prepare(plan)
        return list(self._lines(program, plan, rows, unseen))

    def grouped(self, plans: list[tuple[str, Plan]]) -> list[tuple[str, Plan]]:
        first: dict[Path, int] = {}
        for number, (_, (_, folder)) in enumerate(plans):
            first.setdefault(folder, number)
        return sorted(plans, key=lambda pair: first[pair[1][1]])

    def forget_model(self) -> None:
        self._loaded = None
        self._modules.close()

    def _files(self, plan: Plan) -> Path:
        return self.in_dir / "tasks" / plan[0].slug

    def _prepare(self, plan: Plan) -> Program:
        task, folder = plan
        program = self._program(folder)
        self._prepared = None
        program.load(task_facts(task, device=self.run.device, threads=self.run.threads))
        self._prepared = task.slug
        return program

    def _program(self, folder: Path) -> Program:
        if self._loaded and self._loaded[0] == folder:
            return self._loaded[1]
        self.forget_model()
        self._modules.open(folder)
        self._loaded = (folder, Program(folder))
        return self._loaded[1]

    def _lines(
        self,
        program: Program,
        plan: Plan,
        rows: list[Row],
        on_progress: Callable[[int, float], None],
    ) -> Iterator[str]:
        task, folder = plan
        answers = Answers(task)
        files = self._files(plan) / FILES
        started = time.monotonic()
        done = 0
        for batch in _batches(rows):
            given = program.predict([_shown(row, task, files) for row in batch])
            for number, row in enumerate(batch):
                yield _line(answers, row.id, given[number], f"{number} of {len(batch)}", folder)
            done += len(batch)
            on_progress(done, done / max(time.monotonic() - started, 1e-6))


def _shown(row: Row, task: TaskConfig, files: Path) -> dict[str, Any]:
    """The whole input; a file's name becomes the path where it lies."""
    if task.modality != "image":
        return row.input
    names = {name: str(files / Path(str(row.input[name])).name) for name in task.reads}
    return {**row.input, **names}


def _line(answers: Answers, row_id: str, answer: Any, place: str, folder: Path) -> str:
    """Looking at an answer may call code of the participant: it can be of any class."""
    where = f"{FILE}: answer {place} (counted from 0)"
    try:
        with participant_code(folder, where):
            return answers.line(row_id, answer)
    except BadAnswer as fault:
        raise RunnerError(Code.BAD_ANSWER, f"{where} {fault.message}.") from None


def _batches(rows: list[Row]) -> Iterator[list[Row]]:
    """Rows of similar length together, the longest first: the same batches for any order of rows,
    as a model's outputs depend on its batch in the last digits."""
    floor = BATCH_CHARACTERS // BATCH_ROWS
    texts = [json.dumps(row.input, ensure_ascii=False, sort_keys=True) for row in rows]
    lengths = [max(floor, len(text)) for text in texts]
    ties = [(-len(text), text, row.id) for text, row in zip(texts, rows, strict=True)]
    for batch in token_batches(lengths, ties=ties, budget=BATCH_CHARACTERS):
        yield [rows[index] for index in batch]
