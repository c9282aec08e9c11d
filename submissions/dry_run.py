"""A submission tried at home: the same gate, the same runner, a sandbox of this machine.

Nothing is stored: the models here are never saved, and no database or queue is asked.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from common.errors import DomainError
from competitions.blinding import PERTURBED, blind_id
from competitions.kinds import get_kind
from competitions.kinds.base import TaskKind
from competitions.kinds.faults import RowInvalid, quoted
from competitions.models import Competition, DatasetVersion, Participation, Task
from sandbox.backend import Backend
from sandbox.spec import Outcome, RunResult, RunSpec, TaskOutcome
from scoring.predictions import PredictionsInvalid, read_predictions
from submissions import sandboxes
from submissions.limits import upload_limits
from submissions.local_folder import announced, copy_files, local_files, open_binary
from submissions.log_tail import Tail, tail_of
from submissions.models import Run, Submission
from submissions.needs import environment_of
from submissions.practice import sample_rows
from submissions.staged_files import folder_files, public_files
from submissions.staging import REHEARSAL, Source, answered_parts, lay_out
from submissions.validation.folder import TASKS_FOLDER
from submissions.validation.formats import DECLARATION_NAME
from submissions.validation.gate import SubmissionFacts, validate_submission
from submissions.validation.manifest import Manifest, check_manifest
from submissions.validation.suffixes import FORMATS
from submissions.verdicts import NEEDS_PLATFORM_FORMAT, refuses_code

ROOT_TASK = "sample"
"""The task that the root's model serves, where no task is named."""
_EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to try: one kind of task for every model of the folder, or for ``task_slug`` alone.

    ``inputs`` are those of the rows; None means the kind's public samples. ``files`` is the folder
    of the images that they name.
    """

    kind: str
    track: str
    labels: Sequence[str]
    task_slug: str | None = None
    inputs: Sequence[Mapping[str, Any]] | None = None
    files: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How one task ended: ``code`` and ``message`` are empty where every answer can be scored.

    ``examples`` are the first rows with their answers, in the order of the inputs.
    """

    task: str
    code: str
    message: str
    rows: int
    answers: int
    report: Mapping[str, Any]
    examples: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What the gate learned and how the run went."""

    facts: SubmissionFacts
    manifest: Manifest
    result: RunResult
    tasks: Sequence[Tried]
    log: Tail

    @property
    def ok(self) -> bool:
        """Tell whether every task can be scored."""
        return not any(each.code for each in self.tasks)


@dataclass(frozen=True, slots=True)
class Checked:
    """A folder that passed the gate, with the run to be made of it."""

    files: Mapping[str, Path]
    manifest: Manifest
    facts: SubmissionFacts
    run: Run
    tasks: list[Task]


def read_inputs(path: Path, *, kind: str) -> list[Mapping[str, Any]]:
    """Return the inputs of a JSON Lines file, such as a task's train split; labels are unread.

    Images that they name must lie beside it.

    Raises:
        DomainError: naming the line that is no row of the kind.
    """
    check = _check_with_files(get_kind(kind), path.parent)
    found: list[Mapping[str, Any]] = []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DomainError("bad_inputs", f"{path} can't be read: {error}.") from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                found.append(check(json.loads(line)["input"]))
            except RowInvalid as fault:
                raise _bad_line(path, number, fault.reason) from None
            except (ValueError, TypeError, KeyError, RecursionError):
                raise _bad_line(path, number, 'expected is {"id": …, "input": {…}}') from None
    if not found:
        raise DomainError("bad_inputs", f"{path} holds no rows.")
    return found


def _check_with_files(kind: TaskKind, folder: Path) -> Callable[[object], Mapping[str, Any]]:
    def check(value: object) -> Mapping[str, Any]:
        row = kind.check_input(value)
        for name in kind.files(row) if kind.files is not None else ():
            if not (folder / name).is_file():
                raise RowInvalid("unknown_file", f"{quoted(name)} does not lie beside it")
        return row

    return check


def check_folder(folder: Path, wanted: Wanted) -> Checked:
    """Pass a folder through the upload gate.

    Raises:
        SubmissionRefused: as an upload would be.
        DomainError: ``needs_platform_format``, where the task takes no program's answers.
    """
    files = local_files(folder)
    competition = Competition(allowed_formats=list(FORMATS))
    manifest = check_manifest(announced(files), upload_limits(competition))
    folders = _task_folders(files)
    slugs = _slugs(files, folders, wanted.task_slug)
    facts = validate_submission(
        {name: partial(open_binary, path) for name, path in files.items()},
        manifest=manifest,
        allowed_formats=competition.allowed_formats,
        task_slugs={*folders, *slugs},
    )
    submission = Submission(
        participation=Participation(competition=competition), format=facts.format
    )
    tasks = [_task(competition, slug, wanted) for slug in slugs]
    if any(refuses_code(task, facts.format) for task in tasks):
        raise DomainError(*NEEDS_PLATFORM_FORMAT)
    run = Run(submission=submission, attempt=1)
    return Checked(files, manifest, facts, run, tasks)


def execute(checked: Checked, wanted: Wanted, *, backend: Backend, work_dir: Path) -> DryRun:
    """Run a checked folder in a sandbox; ``work_dir`` is a folder that the backend can show it."""
    run, tasks = checked.run, checked.tasks
    work_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=work_dir, prefix="dry-run-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "in" / "model").mkdir(parents=True)
        (folder / "out").mkdir()
        copy_files(checked.files, folder / "in" / "model")
        lay_out(run, tasks=tasks, folder=folder / "in", source=_source(wanted), facts=REHEARSAL)
        result = backend.run(
            RunSpec(
                name=f"podium-dry-run-{secrets.token_hex(4)}",
                input_dir=folder / "in",
                tasks=tuple(task.slug for task in tasks),
                limits=sandboxes.limits(run.submission.competition, tasks),
                environment=environment_of(run.submission.format),
            ),
            output_dir=folder / "out",
            on_progress=lambda progress: None,
            should_stop=lambda: False,
        )
        outcomes = {each.task: each for each in result.tasks}
        tried = [_tried(run, task, outcomes.get(task.slug), wanted, result) for task in tasks]
    return DryRun(
        facts=checked.facts,
        manifest=checked.manifest,
        result=result,
        tasks=tried,
        log=tail_of(result.log),
    )


def _source(wanted: Wanted) -> Source:
    files = public_files if wanted.files is None else folder_files(wanted.files)
    return Source(_Rows(wanted), files)


class _Rows:
    """The rows of a task and part: given ones, or the kind's samples. None is perturbed."""

    def __init__(self, wanted: Wanted) -> None:
        self._inputs = wanted.inputs

    def __call__(self, task: Task, part: str) -> list[dict[str, Any]]:
        if part == PERTURBED:
            return []
        if self._inputs is None:
            return list(sample_rows(task, part))
        return [
            {"id": f"{part}-{number}", "input": each} for number, each in enumerate(self._inputs)
        ]


def _bad_line(path: Path, number: int, reason: str) -> DomainError:
    return DomainError("bad_inputs", f"{path}, line {number}: {reason}.")


def _task_folders(files: Mapping[str, Path]) -> list[str]:
    parts = [name.split("/") for name in files]
    return sorted({part[1] for part in parts if part[0] == TASKS_FOLDER and len(part) > 2})


def _slugs(files: Mapping[str, Path], folders: list[str], named: str | None) -> list[str]:
    """The tasks to run: the named one, else one for the root and one for each task folder."""
    if named is not None:
        return [named]
    root = any(
        not name.startswith(f"{TASKS_FOLDER}/") and name != DECLARATION_NAME for name in files
    )
    return [ROOT_TASK, *folders] if root or not folders else folders


def _task(competition: Competition, slug: str, wanted: Wanted) -> Task:
    kind = get_kind(wanted.kind)
    rows = len(kind.samples if wanted.inputs is None else wanted.inputs)
    return Task(
        competition=competition,
        slug=slug,
        title=slug,
        kind=wanted.kind,
        track=wanted.track,
        labels=list(wanted.labels),
        dataset=DatasetVersion(rows=rows, train_rows=rows),
    )


def _tried(
    run: Run, task: Task, outcome: TaskOutcome | None, wanted: Wanted, result: RunResult
) -> Tried:
    inputs = {
        blind_id(key=run.key, task=task.slug, part=part, row_id=row["id"]): row["input"]
        for _, part in answered_parts(task)
        for row in _Rows(wanted)(task, part)
    }
    code = message = ""
    answers: dict[str, Mapping[str, Any]] = {}
    if outcome is None:
        code, message = str(result.outcome), f"The run as a whole failed: {result.reason}."
    elif outcome.outcome != Outcome.OK or outcome.predictions is None:
        code, message = outcome.error_code or "no_predictions", outcome.message or ""
    else:
        code, message, answers = _read(task, outcome.predictions, inputs)
    return Tried(
        task=task.slug,
        code=code,
        message=message,
        rows=len(inputs),
        answers=len(answers),
        report={} if outcome is None else outcome.report,
        examples=[(inputs[row], answers[row]) for row in inputs if row in answers][:_EXAMPLES],
    )


def _read(
    task: Task, file: Path, inputs: Mapping[str, Any]
) -> tuple[str, str, dict[str, Mapping[str, Any]]]:
    """Code, message and the rows as the model gave them, looked at as the scorer will."""
    try:
        with file.open("rb") as stream:
            accepted = read_predictions(
                stream,
                kind=get_kind(task.kind),
                track=task.track,
                expected_ids=inputs,
                labels=task.classes,
                max_bytes=sandboxes.output_bytes(task),
            )
    except PredictionsInvalid as error:
        return error.code, error.message, {}
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    answers = {row.pop("id"): row for row in rows}
    missing = len(inputs) - len(accepted)
    if missing:
        return "bad_predictions", f"{missing} of {len(inputs)} rows have no valid answer.", answers
    return "", "", answers
