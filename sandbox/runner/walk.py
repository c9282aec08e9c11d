"""The walk through a run's tasks that every format shares: each task has its own outcome."""

import sys
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

from .clock import soft_clock
from .config import RunConfig
from .errors import Code, RunnerError, TaskTimeout, as_runner_error, is_out_of_memory
from .predictions import append_predictions
from .progress import Progress
from .report import Report, write_report

FILES = "files"
"""The folder of files that a task's rows refer to, beside the rows."""

MOMENT_SECONDS = 0.001
"""A clock of 0 would never ring."""

AnyPlan = TypeVar("AnyPlan")
AnyRow = TypeVar("AnyRow")


class Walk(ABC, Generic[AnyPlan, AnyRow]):
    """Plans every task, then runs each; a task that fails leaves its report and costs itself."""

    def __init__(self, *, in_dir: Path, out_dir: Path, run: RunConfig, progress: Progress) -> None:
        self.in_dir = in_dir
        self.run = run
        self.progress = progress
        self._out_dir = out_dir

    def run_all(self) -> int:
        """Returns how many tasks ended well. Each task has left its report by then."""
        plans: list[tuple[str, AnyPlan]] = []
        for slug in self.run.tasks:
            report = Report(dtype=self.run.dtype)
            with self._outcome(slug, report), soft_clock(self.run.task_seconds):
                plans.append((slug, self.plan(slug)))
            if report.status != "ok":
                self._finish(slug, report, total=0)
        ended = [(slug, plan, self._run_task(slug, plan)) for slug, plan in self.grouped(plans)]
        well = [each for each in ended if each[2].status == "ok"]
        if not self.run.rehearsal:
            self._go_beyond(well)
        return len(well)

    @abstractmethod
    def plan(self, slug: str) -> AnyPlan:
        """What is needed to start a task."""

    @abstractmethod
    def rows(self, plan: AnyPlan) -> list[AnyRow]:
        """The rows that need a prediction."""

    @abstractmethod
    def predict(self, plan: AnyPlan, rows: list[AnyRow], report: Report) -> None:
        """Write the task's predictions into ``folder`` and the facts into ``report``."""

    @abstractmethod
    def grouped(self, plans: list[tuple[str, AnyPlan]]) -> list[tuple[str, AnyPlan]]:
        """The plans with those that share a model side by side, otherwise in the given order."""

    def perturbed_answers(self, plan: AnyPlan) -> list[str]:
        """Lines for the task's perturbed rows, if it has any."""
        return []

    def measure(self, plan: AnyPlan, report: Report) -> None:
        """Add to the report what takes runs of its own to know."""

    def forget_model(self) -> None:
        """Free the model: its task ran out of memory."""

    def folder(self, slug: str) -> Path:
        """Where a task's files go."""
        folder = self._out_dir / slug
        folder.mkdir(exist_ok=True)
        return folder

    def _run_task(self, slug: str, plan: AnyPlan) -> Report:
        report, rows = Report(dtype=self.run.dtype), list[AnyRow]()
        started = time.monotonic()
        with self._outcome(slug, report):
            rows = self.rows(plan)
            self.progress.task_started(slug, len(rows))
            with soft_clock(self.run.task_seconds):
                self.predict(plan, rows, report)
        report.close(time.monotonic() - started)
        self._finish(slug, report, total=len(rows))
        return report

    def _go_beyond(self, ended: list[tuple[str, AnyPlan, Report]]) -> None:
        """Answer perturbed rows and measure, once every answer that counts is safe.

        The last task comes first, as its model is still there. All of it together gets the time of
        one task, and whatever goes wrong costs no task anything.
        """
        until = time.monotonic() + self.run.task_seconds
        for slug, plan, report in reversed(ended):
            lines: list[str] = []
            with self._spare_time(slug, until):
                lines = self.perturbed_answers(plan)
            append_predictions(self.folder(slug), lines)
            with self._spare_time(slug, until):
                self.measure(plan, report)
            write_report(self.folder(slug), report)

    @contextmanager
    def _spare_time(self, slug: str, until: float) -> Iterator[None]:
        try:
            with soft_clock(max(MOMENT_SECONDS, until - time.monotonic())):
                yield
        except TaskTimeout:
            print(f"task {slug}: no time left beyond the answers", file=sys.stderr)
        except Exception as error:  # noqa: BLE001 - it is an extra: the answers are there already
            print(f"task {slug}, beyond the answers:", file=sys.stderr)
            traceback.print_exc(file=sys.stderr)
            if getattr(error, "code", None) == Code.OUT_OF_MEMORY or is_out_of_memory(error):
                self.forget_model()

    @contextmanager
    def _outcome(self, slug: str, report: Report) -> Iterator[None]:
        """Turns whatever stops a task into its report, so that the next task still runs."""
        try:
            yield
        except TaskTimeout:
            seconds = f"{self.run.task_seconds:g}"
            report.fail(RunnerError(Code.TIMEOUT, f"The task took longer than {seconds} seconds."))
        except Exception as error:  # noqa: BLE001 - the boundary: other tasks must still run
            if not isinstance(error, RunnerError):
                print(f"task {slug}:", file=sys.stderr)
                traceback.print_exc(file=sys.stderr)
            name = type(error).__name__
            report.fail(as_runner_error(error, code=Code.INTERNAL, message=f"Unexpected {name}."))

    def _finish(self, slug: str, report: Report, *, total: int) -> None:
        if report.error_code == Code.OUT_OF_MEMORY:
            self.forget_model()
        write_report(self.folder(slug), report)
        self.progress.task_finished(slug, report.rows, total, report.rows_per_second, report.status)
