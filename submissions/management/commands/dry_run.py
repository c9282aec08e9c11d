"""``manage.py dry_run FOLDER``: try a submission on this machine before it is uploaded."""

from __future__ import annotations

import json
from argparse import ArgumentDefaultsHelpFormatter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.errors import DomainError
from competitions.kinds import KINDS
from sandbox.backend import Backend, BackendUnavailable
from sandbox.selection import NAMES
from submissions import sandboxes
from submissions.advice import advice
from submissions.dry_run import Checked, DryRun, Tried, Wanted, check_folder, execute, read_inputs
from submissions.needs import ENVIRONMENT_TITLES, environment_of
from submissions.validation.text import shown_bytes

_SHOWN_NUMBERS = 4
_SHOWN_TEXT = 60


class Command(BaseCommand):
    """Needs no database and no queue. Exit status 1 when anything fails."""

    help = (
        "Pass a submission's folder through the upload gate and run it in a sandbox of this "
        "machine over public sample rows, or over rows of your own."
    )
    requires_system_checks: tuple[str, ...] = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Show the defaults in the help."""
        kwargs.setdefault("formatter_class", ArgumentDefaultsHelpFormatter)
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder and what its tasks are like."""
        parser.add_argument("folder", type=Path, help="what you would upload")
        parser.add_argument(
            "--kind", choices=sorted(KINDS), default="text_classification", help="of the task"
        )
        parser.add_argument(
            "--track", choices=["predict", "probe"], default="predict", help="of the task"
        )
        parser.add_argument(
            "--labels",
            default="negative,positive",
            help="the classes of the task in their order, with commas, where it lists classes",
        )
        parser.add_argument(
            "--inputs",
            type=Path,
            metavar="ROWS.JSONL",
            help="rows to predict, such as a task's train split, with the images that they name "
            "beside it; without it, public samples",
        )
        parser.add_argument(
            "--task-slug",
            metavar="SLUG",
            help="run this task alone; without it, the root's model and each of tasks/",
        )
        parser.add_argument(
            "--backend", choices=NAMES, default="auto", help="the sandbox; auto takes the best"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, run, say how it went."""
        try:
            wanted = _wanted(options)
            checked = check_folder(options["folder"], wanted)
        except DomainError as refusal:
            raise CommandError(f"Refused ({refusal.code}): {refusal.message}") from None
        self.stdout.write(_accepted(checked))
        try:
            backend = sandboxes.named_backend(options["backend"])
            backend.check()
            _check_environment(backend, checked)
        except BackendUnavailable as error:
            raise CommandError(f"There is no sandbox to run it in: {error}") from None
        self.stdout.write(f"Running in {backend.name} over {_rows(wanted)} …")
        self._show(execute(checked, wanted, backend=backend, work_dir=Path(settings.WORK_DIR)))

    def _show(self, run: DryRun) -> None:
        for each in run.tasks:
            self.stdout.write("")
            for line in _task_lines(each):
                self.stdout.write(line)
        if not run.ok:
            self._show_log(run)
            failed = [each.task for each in run.tasks if each.code]
            raise CommandError(f"Failed: {', '.join(failed)}. Mend it before you upload.")
        self.stdout.write("\nThis folder would run. Whether its answers are right, only rows tell.")

    def _show_log(self, run: DryRun) -> None:
        if run.log.text:
            self.stdout.write("\nThe log's last lines:" if run.log.cut else "\nThe log:")
            for line in run.log.text.splitlines():
                self.stdout.write(f"  | {line}")


def _wanted(options: Mapping[str, Any]) -> Wanted:
    kind = KINDS[options["kind"]]
    if options["track"] not in kind.tracks:
        raise DomainError("no_track", f"{kind.title} has the track {', '.join(kind.tracks)} only.")
    labels = [label.strip() for label in options["labels"].split(",") if label.strip()]
    path = options["inputs"]
    return Wanted(
        kind=kind.slug,
        track=options["track"],
        labels=labels if kind.needs_classes else [],
        task_slug=options["task_slug"],
        inputs=None if path is None else read_inputs(path, kind=kind.slug),
        files=None if path is None else path.parent,
    )


def _check_environment(backend: Backend, checked: Checked) -> None:
    """Raise BackendUnavailable where the folder's format can't run."""
    wanted = environment_of(checked.facts.format)
    if wanted not in backend.environments():
        raise BackendUnavailable(
            f"{backend.name} has no environment with {ENVIRONMENT_TITLES[wanted]} here, in which "
            f"the format {checked.facts.format} runs. Run: make {wanted} (for bubblewrap), or "
            "make image (for Docker)"
        )


def _accepted(checked: Checked) -> str:
    count, size = len(checked.manifest.files), shown_bytes(checked.manifest.total_bytes)
    files = "1 file" if count == 1 else f"{count} files"
    parameters = checked.facts.parameters
    known = "" if parameters is None else f", {parameters:,} parameters"
    return f"The upload gate takes it: format {checked.facts.format}, {files}, {size}{known}."


def _rows(wanted: Wanted) -> str:
    samples = len(KINDS[wanted.kind].samples)
    if wanted.inputs is not None:
        return f"{len(wanted.inputs)} rows of your own"
    return f"{samples} public sample rows of the kind {wanted.kind}"


def _task_lines(tried: Tried) -> list[str]:
    if tried.code:
        lines = [f"Task {tried.task}: failed ({tried.code})", f"  {tried.message}"]
        return [*lines, f"  What to do: {advice(tried.code)}"] if advice(tried.code) else lines
    rate, load = tried.report.get("rows_per_second", 0), tried.report.get("load_seconds", 0)
    return [
        f"Task {tried.task}: ok, {tried.answers} rows, {_rate(rate)} rows a second, "
        f"loaded in {load:.1f} s",
        *[f"  {_input(given)} → {_answer(row)}" for given, row in tried.examples],
    ]


def _rate(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def _input(given: Mapping[str, Any]) -> str:
    texts = [" ".join(str(value).split()) for value in given.values()]
    return " | ".join(
        text if len(text) <= _SHOWN_TEXT else text[: _SHOWN_TEXT - 1] + "…" for text in texts
    )


def _answer(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_value(value)}" for name, value in row.items())


def _value(value: Any) -> str:
    if isinstance(value, list) and len(value) > _SHOWN_NUMBERS:
        first = ", ".join(map(str, value[:_SHOWN_NUMBERS]))
        return f"[{first}, … {len(value)} numbers]"
    return value if isinstance(value, str) else json.dumps(value)
