"""The page of one task's dataset: upload a version, see the versions. Labels only come in."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import Any, BinaryIO

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from common import blobs
from common.errors import DomainError
from common.text import printable
from competitions.admin.access import staff_user
from competitions.dataset_check import FileNames
from competitions.dataset_rows import DatasetInvalid
from competitions.forms import DatasetForm, ImagesForm, LabelsForm
from competitions.kinds import get_kind
from competitions.kinds.shapes import Shape
from competitions.models import Competition, DatasetVersion, Task
from competitions.services.datasets import add_dataset_version


def dataset_page(
    model_admin: Any, request: HttpRequest, competition: Competition, task_slug: str
) -> HttpResponse:
    """Show the page, or take files in and go back to the competition."""
    task = competition.tasks.select_related("dataset").filter(slug=task_slug).first()
    if task is None:
        raise Http404
    form = _form_for(competition, task)(request.POST or None, request.FILES or None)
    problem: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            version = _take_in(request, task, form.cleaned_data)
        except DomainError as error:
            problem = error
        else:
            model_admin.log_change(request, competition, f"Uploaded dataset {version}.")
            messages.success(request, _accepted(task, version))
            if task.dataset_id != version.pk:
                return redirect("admin:scoring_rescoring_of", competition.pk)
            return redirect(request.path)
    context = model_admin.page_context(request, competition, f"Dataset of “{task.title}”")
    return TemplateResponse(
        request,
        "admin/competitions/competition/dataset.html",
        {**context, **_shown(task, form), "problem": problem, "problems": _problems(problem)},
        status=problem.status if problem else 200,
    )


def _form_for(competition: Competition, task: Task) -> type[DatasetForm]:
    if task.dataset is not None and competition.state != Competition.State.DRAFT:
        return LabelsForm
    return DatasetForm if get_kind(task.kind).files is None else ImagesForm


def _take_in(request: HttpRequest, task: Task, files: dict[str, Any]) -> DatasetVersion:
    """Add a version; what the form does not ask for stays as in the current version."""
    with ExitStack() as opened:

        def kept(sha256: str) -> BinaryIO:
            return opened.enter_context(blobs.inputs.open(sha256))

        inputs, train, images = (files.get(role) for role in ("inputs", "train", "files"))
        if "inputs" not in files and task.dataset is not None:
            inputs = kept(task.dataset.inputs_sha256)
            train = kept(task.dataset.train_sha256) if task.dataset.train_sha256 else None
            images = kept(task.dataset.files_sha256) if task.dataset.files_sha256 else None
        assert inputs is not None, "the form asks for inputs where there are none"
        return add_dataset_version(
            task=task,
            inputs=inputs,
            labels=files["labels"],
            train=train,
            files=images,
            by=staff_user(request),
            note=files["note"],
            names=_names(files),
        )


def _names(files: dict[str, Any]) -> FileNames:
    """Call files as their sender does, unless two have one name."""
    given = {
        role: printable(files[role].name)
        for role in ("inputs", "labels", "train", "files")
        if files.get(role) is not None
    }
    return FileNames(**given) if len(set(given.values())) == len(given) else FileNames()


def _accepted(task: Task, version: DatasetVersion) -> str:
    train = f" and {version.train_rows} train rows" if version.train_rows else ""
    images = version.facts.get("images")
    seen = f", {images} images" if images else ""
    waits = "" if task.dataset_id == version.pk else " It does not count yet."
    told = f"“{task.title}” has version {version.number}: {version.rows} test rows{train}{seen}."
    return told + waits


def _problems(problem: DomainError | None) -> list[tuple[str, str, str]]:
    """List file, line and reason of each fault."""
    if not isinstance(problem, DatasetInvalid):
        return []
    return [
        (each.file, "–" if each.line is None else str(each.line), each.message)
        for each in problem.problems
    ]


def _shown(task: Task, form: DatasetForm) -> dict[str, Any]:
    kind = get_kind(task.kind)
    examples = kind.examples
    label = task.labels[0] if task.labels and kind.shape is Shape.CLASS else examples.label["label"]
    train = {**examples.input, "id": "t1", "label": label}
    return {
        "task": task,
        "kind": kind,
        "has_images": kind.files is not None,
        "form": form,
        "versions": task.dataset_versions.select_related("created_by"),
        "rows": [
            ("inputs.jsonl", json.dumps(examples.input, ensure_ascii=False)),
            ("labels.jsonl", json.dumps({**examples.label, "label": label}, ensure_ascii=False)),
            ("train.jsonl", json.dumps(train, ensure_ascii=False)),
        ],
    }
