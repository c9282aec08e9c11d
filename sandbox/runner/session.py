"""One run of a format whose texts the platform tokenizes and whose outputs it reads."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .config import FINETUNE, RunConfig, TaskConfig, model_folder, read_task
from .explain import write_explanations
from .formats.base import Format, Model, Purpose
from .heads import Head, find_head
from .heads.finetune import answers_of_one
from .job import Job
from .measure import COUNTED_ROWS, MOST_ROWS, latency_percentiles
from .predictions import write_predictions
from .progress import Progress, unseen
from .report import Report
from .rows import Row, counting_rows, first_rows, perturbed_rows
from .walk import Walk


@dataclass(frozen=True, slots=True)
class Plan:
    """A task that can be started: what it is, and which model it needs."""

    task: TaskConfig
    head: Head
    folder: Path
    purpose: Purpose
    variant: str

    @property
    def model(self) -> tuple[Path, Purpose, str]:
        """What is loaded for it: equal for tasks that share a model."""
        return self.folder, self.purpose, self.variant


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
        head = find_head(task)
        folder = model_folder(self.in_dir, slug)
        purpose = head.purpose(task, lambda: self._format.has_pair_head(folder))
        variant = self._format.variant(folder, task)
        own = f"{variant} trained for {slug}" if task.track == FINETUNE else variant
        return Plan(task, head, folder, purpose, own)

    def rows(self, plan: Plan) -> list[Row]:
        """On the probe track those of the train split too."""
        return counting_rows(self._files(plan), plan.task.files)

    def predict(self, plan: Plan, rows: list[Row], report: Report) -> None:
        model = self._model(plan, report)
        report.parameters = model.parameters
        report.model_bytes = model.model_bytes
        if model.parameters_by_dtype is not None:
            report.parameters_by_dtype = dict(model.parameters_by_dtype)
        report.dtype = model.dtype
        slug = plan.task.slug
        job = self._job(
            plan,
            model,
            rows,
            lambda done, rate: self.progress.advanced(slug, done, len(rows), rate),
        )
        report.rows = write_predictions(self.folder(slug), plan.head.predict(job))
        report.truncated_rows = job.truncated_rows
        report.gpu_peak_bytes = self._format.gpu_peak_bytes()
        report.curves = job.curves
        if self.run.rehearsal:
            write_explanations(job, self.folder(slug))

    def perturbed_answers(self, plan: Plan) -> list[str]:
        rows = perturbed_rows(self._files(plan), plan.task.files)
        if not rows:
            return []
        return list(plan.head.predict(self._job(plan, self._model(plan, Report()), rows)))

    def measure(self, plan: Plan, report: Report) -> None:
        """On the fine-tune track of the model as it is: another answer would train once more."""
        if not self._format.measures:
            return
        answers = answers_of_one if plan.task.track == FINETUNE else plan.head.predict
        model = self._model(plan, Report())
        rows = first_rows(self._files(plan), plan.task.files, MOST_ROWS)

        def answer(some: list[Row]) -> None:
            for _ in answers(self._job(plan, model, some)):
                pass

        if found := latency_percentiles(lambda row: answer([row]), rows):
            report.latency_p50_ms, report.latency_p95_ms = found
        counted = rows[:COUNTED_ROWS]
        flops = self._format.count_flops(lambda: answer(counted))
        report.flops_per_row = round(flops / len(counted)) if flops else None

    def grouped(self, plans: list[tuple[str, Plan]]) -> list[tuple[str, Plan]]:
        first: dict[tuple[Path, Purpose, str], int] = {}
        for number, (_, plan) in enumerate(plans):
            first.setdefault(plan.model, number)
        return sorted(plans, key=lambda pair: first[pair[1].model])

    def forget_model(self) -> None:
        self._loaded = None

    def _files(self, plan: Plan) -> Path:
        return self.in_dir / "tasks" / plan.task.slug

    def _job(
        self,
        plan: Plan,
        model: Model,
        rows: list[Row],
        on_progress: Callable[[int, float], None] = unseen,
    ) -> Job:
        return Job(
            task=plan.task,
            rows=rows,
            model=model,
            purpose=plan.purpose,
            folder=self._files(plan),
            batch_tokens=self.run.batch_tokens,
            rehearsal=self.run.rehearsal,
            on_progress=on_progress,
        )

    def _model(self, plan: Plan, report: Report) -> Model:
        if self._loaded and plan.model == self._loaded[0].model:
            return self._loaded[1]
        self._loaded = None  # frees the former model before the next one needs the memory
        started = time.monotonic()
        trains = plan.task.track == FINETUNE
        load = self._format.load_trainable if trains else self._format.load
        try:
            model = load(plan.folder, plan.task, plan.purpose)
        finally:
            report.load_seconds = time.monotonic() - started
        self._loaded = (plan, model)
        return model
