"""One run: every task in turn, each with its own outcome."""

import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .clock import soft_clock
from .config import RunConfig, TaskConfig, model_folder, read_task
from .errors import Code, RunnerError, TaskTimeout, as_runner_error
from .formats.base import Format, Model
from .job import Job
from .kinds import Kind, Purpose, find_kind
from .predictions import write_predictions
from .progress import Progress
from .report import Report, write_report
from .rows import Row, read_rows


@dataclass(frozen=True, slots=True)
class Plan:
    """A task that can be started: what it is, and which model it needs."""

    task: TaskConfig
    kind: Kind
    folder: Path
    purpose: Purpose

    def shares_model_with(self, other: "Plan") -> bool:
        return (self.folder, self.purpose) == (other.folder, other.purpose)


class Session:
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
        self._in_dir = in_dir
        self._out_dir = out_dir
        self._run = run
        self._format = model_format
        self._progress = progress
        self._loaded: tuple[Plan, Model] | None = None

    def run_all(self) -> int:
        """Returns how many tasks ended well. Each task has left its report by then."""
        plans: list[Plan] = []
        for slug in self._run.tasks:
            report = Report(dtype=self._run.dtype)
            with self._outcome(slug, report), soft_clock(self._run.task_seconds):
                plans.append(self._plan(slug))
            if report.status != "ok":
                self._finish(slug, report, total=0)
        return sum(self._run_task(plan) for plan in _grouped(plans))

    def _plan(self, slug: str) -> Plan:
        task = read_task(self._in_dir, slug)
        kind = find_kind(task.kind, task.track)
        folder = model_folder(self._in_dir, slug)
        purpose = kind.purpose(lambda: self._format.has_pair_head(folder))
        return Plan(task, kind, folder, purpose)

    def _run_task(self, plan: Plan) -> bool:
        slug, report, rows = plan.task.slug, Report(dtype=self._run.dtype), list[Row]()
        started = time.monotonic()
        with self._outcome(slug, report):
            rows = self._rows(plan)
            self._progress.task_started(slug, len(rows))
            with soft_clock(self._run.task_seconds):
                self._predict(plan, rows, report)
        report.close(time.monotonic() - started)
        self._finish(slug, report, total=len(rows))
        return report.status == "ok"

    def _rows(self, plan: Plan) -> list[Row]:
        """The rows that need a prediction; on the probe track those of the train split too."""
        folder = self._in_dir / "tasks" / plan.task.slug
        names = ["inputs.jsonl", "train.jsonl"] if plan.task.track == "probe" else ["inputs.jsonl"]
        return [row for name in names for row in read_rows(folder / name, plan.kind.fields)]

    def _predict(self, plan: Plan, rows: list[Row], report: Report) -> None:
        model = self._model(plan, report)
        report.parameters = model.parameters
        report.model_bytes = model.model_bytes
        report.dtype = model.dtype
        slug = plan.task.slug
        job = Job(
            task=plan.task,
            rows=rows,
            model=model,
            batch_tokens=self._run.batch_tokens,
            on_progress=lambda done, rate: self._progress.advanced(slug, done, len(rows), rate),
        )
        report.rows = write_predictions(self._folder(slug), plan.kind.predict(job))
        report.truncated_rows = job.truncated_rows

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

    @contextmanager
    def _outcome(self, slug: str, report: Report) -> Iterator[None]:
        """Turns whatever stops a task into its report, so that the next task still runs."""
        try:
            yield
        except TaskTimeout:
            seconds = f"{self._run.task_seconds:g}"
            report.fail(RunnerError(Code.TIMEOUT, f"The task took longer than {seconds} seconds."))
        except Exception as error:  # noqa: BLE001 - the boundary: other tasks must still run
            if not isinstance(error, RunnerError):
                print(f"task {slug}:", file=sys.stderr)
                traceback.print_exc(file=sys.stderr)
            name = type(error).__name__
            report.fail(as_runner_error(error, code=Code.INTERNAL, message=f"Unexpected {name}."))

    def _finish(self, slug: str, report: Report, *, total: int) -> None:
        if report.error_code == Code.OUT_OF_MEMORY:
            self._loaded = None
        write_report(self._folder(slug), report)
        self._progress.task_finished(
            slug, report.rows, total, report.rows_per_second, report.status
        )

    def _folder(self, slug: str) -> Path:
        folder = self._out_dir / slug
        folder.mkdir(exist_ok=True)
        return folder


def _grouped(plans: list[Plan]) -> list[Plan]:
    """The same tasks with those that share a model side by side, otherwise in the given order."""
    first: dict[tuple[Path, Purpose], int] = {}
    for number, plan in enumerate(plans):
        first.setdefault((plan.folder, plan.purpose), number)
    return sorted(plans, key=lambda plan: first[plan.folder, plan.purpose])
