"""One run of a format whose inference code is the platform's."""

import time
from dataclasses import dataclass
from pathlib import Path

from .config import RunConfig, TaskConfig, model_folder, read_task
from .formats.base import Format, Model
from .job import Job
from .kinds import Kind, Purpose, find_kind
from .predictions import write_predictions
from .progress import Progress
from .report import Report
from .rows import Row, read_rows
from .walk import Walk


@dataclass(frozen=True, slots=True)
class Plan:
    """A task that can be started: what it is, and which model it needs."""

    task: TaskConfig
    kind: Kind
    folder: Path
    purpose: Purpose

    def shares_model_with(self, other: "Plan") -> bool:
        return (self.folder, self.purpose) == (other.folder, other.purpose)


class Session(Walk[Plan, Row]):
    """Runs the tasks of a run. One model is held at a time, so tasks that share one go together."""

    def __init__(
        self,
        *,
        in_dir: Path,
        out_dir: Path,
        run: RunConfig,
        model_format: Format,
        progress: Progress,
    ) -> None:
        super().__init__(in_dir=in_dir, out_dir=out_dir, run=run, progress=progress)
        self._format = model_format
        self._loaded: tuple[Plan, Model] | None = None

    def plan(self, slug: str) -> Plan:
        task = read_task(self.in_dir, slug)
        kind = find_kind(task.kind, task.track)
        folder = model_folder(self.in_dir, slug)
        purpose = kind.purpose(lambda: self._format.has_pair_head(folder))
        return Plan(task, kind, folder, purpose)

    def rows(self, plan: Plan) -> list[Row]:
        """On the probe track those of the train split too."""
        folder = self.in_dir / "tasks" / plan.task.slug
        return [
            row for name in plan.task.files for row in read_rows(folder / name, plan.kind.fields)
        ]

    def predict(self, plan: Plan, rows: list[Row], report: Report) -> None:
        model = self._model(plan, report)
        report.parameters = model.parameters
        report.model_bytes = model.model_bytes
        report.dtype = model.dtype
        slug = plan.task.slug
        job = Job(
            task=plan.task,
            rows=rows,
            model=model,
            batch_tokens=self.run.batch_tokens,
            on_progress=lambda done, rate: self.progress.advanced(slug, done, len(rows), rate),
        )
        report.rows = write_predictions(self.folder(slug), plan.kind.predict(job))
        report.truncated_rows = job.truncated_rows

    def grouped(self, plans: list[tuple[str, Plan]]) -> list[tuple[str, Plan]]:
        first: dict[tuple[Path, Purpose], int] = {}
        for number, (_, plan) in enumerate(plans):
            first.setdefault((plan.folder, plan.purpose), number)
        return sorted(plans, key=lambda pair: first[pair[1].folder, pair[1].purpose])

    def forget_model(self) -> None:
        self._loaded = None

    def _model(self, plan: Plan, report: Report) -> Model:
        if self._loaded and plan.shares_model_with(self._loaded[0]):
            return self._loaded[1]
        self._loaded = None  # frees the former model before the next one needs the memory
        started = time.monotonic()
        load = {
            Purpose.HEAD: self._format.load_head,
            Purpose.ENCODER: self._format.load_encoder,
        }[plan.purpose]
        try:
            model: Model = load(plan.folder)
        finally:
            report.load_seconds = time.monotonic() - started
        self._loaded = (plan, model)
        return model
