"""The gate: every check of a received submission, in the order of their cost."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from submissions.validation.errors import Problems, SubmissionRefused
from submissions.validation.formats import DECLARATION_NAME, recognise
from submissions.validation.manifest import Manifest
from submissions.validation.model_folder import ModelFacts, OpenFile, inspect_folder
from submissions.validation.submission_yaml import Declared, read_declaration
from submissions.validation.text import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionFacts:
    """What the gate learned.

    ``parameters`` and ``model_bytes`` add up all model folders, so that parts spread over task
    folders count. ``models`` is by folder (``""`` is the root, else the task's slug); ``formats``
    is by task, whichever folder serves it. ``parameters`` is None for formats with code of the
    participant: unknown is not few.
    """

    format: str
    parameters: int | None
    model_bytes: int
    declared: Declared
    formats: Mapping[str, str]
    models: Mapping[str, ModelFacts]


def validate_submission(
    files: Mapping[str, OpenFile],
    *,
    manifest: Manifest,
    allowed_formats: Collection[str],
    task_slugs: Collection[str],
) -> SubmissionFacts:
    """Check all files of a received submission without loading a model.

    ``files`` opens each path of the manifest.

    Raises:
        SubmissionRefused: naming up to ten problems, each with file, reason and what to do.
    """
    paths = [file.path for file in manifest.files]
    folders = recognise(paths, task_slugs=task_slugs, allowed_formats=allowed_formats)
    problems = Problems()
    for file in manifest.files:
        with problems.collecting():
            _check_size(files[file.path], file.path, file.size)
    problems.raise_any()
    declared = Declared()
    if DECLARATION_NAME in files:
        with problems.collecting():
            declared = _declaration(files[DECLARATION_NAME], folders[0].format)
    models = {folder.task: inspect_folder(folder, files, problems) for folder in folders}
    problems.raise_any()
    return SubmissionFacts(
        format=folders[0].format,
        parameters=_total([model.parameters for model in models.values()]),
        model_bytes=sum(model.weight_bytes for model in models.values()),
        declared=declared,
        formats=dict.fromkeys(sorted(task_slugs), folders[0].format),
        models=models,
    )


def _total(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _check_size(open_file: OpenFile, path: str, announced: int) -> None:
    with open_file() as stream:
        size = stream.seek(0, os.SEEK_END)
    if size != announced:
        raise SubmissionRefused(
            "size_mismatch",
            f"{shown(path)} has {size} bytes, announced were {announced}. Upload it again.",
            field=shown(path),
        )


def _declaration(open_file: OpenFile, actual: str) -> Declared:
    with open_file() as stream:
        declared = read_declaration(stream)
    if declared.format not in {"", actual}:
        raise SubmissionRefused(
            "bad_declaration",
            f"{DECLARATION_NAME} declares the format {declared.format}, but the files are those "
            f"of {actual}. Correct the declaration or upload the other files.",
            field=DECLARATION_NAME,
        )
    return declared
