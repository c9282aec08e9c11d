"""Which format a submission has, told by the names of its files alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from submissions.validation.errors import Problems, SubmissionRefused
from submissions.validation.folder import TASKS_FOLDER
from submissions.validation.folder_format import ModelFolder, recognise_folder
from submissions.validation.suffixes import suffix_of
from submissions.validation.text import shown

DECLARATION_NAME = "submission.yaml"


def recognise(
    paths: Sequence[str], *, task_slugs: Collection[str], allowed_formats: Collection[str]
) -> tuple[ModelFolder, ...]:
    """Return the root model (if any) and those of task folders, all of one allowed format.

    Raises:
        SubmissionRefused: naming up to ten files or folders that do not fit, each with a reason.
    """
    problems = Problems()
    grouped = _group(paths, task_slugs, problems)
    problems.raise_any()
    folders = []
    for task, names in grouped.items():
        with problems.collecting():
            folders.append(recognise_folder(task, names, allowed_formats, problems))
    problems.raise_any()
    _check_one_format(folders)
    _check_every_task_served(folders, task_slugs)
    return tuple(folders)


def _group(
    paths: Sequence[str], task_slugs: Collection[str], problems: Problems
) -> Mapping[str, frozenset[str]]:
    """Split paths into the root (``""``) and task folders; strangers become problems."""
    grouped: dict[str, set[str]] = {}
    unknown: set[str] = set()
    for path in paths:
        top, slash, rest = path.partition("/")
        if not slash or top != TASKS_FOLDER:
            with problems.collecting():
                _check_root_path(path)
            if path != DECLARATION_NAME:
                grouped.setdefault("", set()).add(path)
            continue
        slug, slash, name = rest.partition("/")
        if slash and slug in task_slugs:
            grouped.setdefault(slug, set()).add(name)
        elif slug not in unknown:
            unknown.add(slug)
            problems.add(_unknown_task(slug, task_slugs))
    if len(grouped) > 1 and _holds_notes_alone(grouped.get("", ())):
        del grouped[""]
    return {task: frozenset(names) for task, names in grouped.items()}


def _holds_notes_alone(names: Collection[str]) -> bool:
    return bool(names) and all(suffix_of(name) in {"", ".md", ".txt"} for name in names)


def _check_root_path(path: str) -> None:
    top, slash, _ = path.partition("/")
    if slash and top.casefold() in {"task", TASKS_FOLDER}:
        raise SubmissionRefused(
            "unknown_folder",
            f"The folder “{shown(top)}” must be called “{TASKS_FOLDER}”.",
            field=shown(top),
        )
    if path.casefold() in {DECLARATION_NAME, "submission.yml"} and path != DECLARATION_NAME:
        raise SubmissionRefused(
            "unknown_file", f"Rename {shown(path)} to {DECLARATION_NAME}.", field=shown(path)
        )


def _unknown_task(slug: str, task_slugs: Collection[str]) -> SubmissionRefused:
    return SubmissionRefused(
        "unknown_task",
        f"{TASKS_FOLDER}/{shown(slug)}: this competition has no such task folder. "
        f"Its tasks are {', '.join(sorted(task_slugs))}; each may have a folder of that name.",
        field=f"{TASKS_FOLDER}/{shown(slug)}",
    )


def _check_one_format(folders: Sequence[ModelFolder]) -> None:
    formats = sorted({folder.format for folder in folders})
    if len(formats) > 1:
        raise SubmissionRefused(
            "mixed_formats",
            f"The folders have different formats ({', '.join(formats)}). "
            "All models of a submission need the same one.",
        )


def _check_every_task_served(folders: Sequence[ModelFolder], task_slugs: Collection[str]) -> None:
    served = {folder.task for folder in folders}
    missing = sorted(set(task_slugs) - served)
    if not served or ("" not in served and missing):
        raise SubmissionRefused(
            "missing_model",
            f"There is no model for {', '.join(missing) or 'any task'}. Put one at the root, "
            f"which serves every task, or into {TASKS_FOLDER}/<task>/.",
        )
