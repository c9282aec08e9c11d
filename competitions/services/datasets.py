"""Takes a dataset version in: checked as a whole, stored by content, all or nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import BinaryIO

from django.db import transaction

from accounts.models import User
from common import blobs
from common.errors import Conflict, DomainError
from competitions.dataset_check import DatasetFacts, FileNames, check_dataset
from competitions.dataset_rows import DATASET_LIMITS, read_labels
from competitions.kinds import get_kind
from competitions.models import Competition, DatasetVersion, Task
from competitions.services.manage import forget_baseline


def add_dataset_version(
    *,
    task: Task,
    inputs: BinaryIO,
    labels: BinaryIO,
    train: BinaryIO | None,
    by: User,
    note: str = "",
    names: FileNames = FileNames(),
) -> DatasetVersion:
    """Check three files against each other and make them the task's current dataset.

    The streams must be seekable; they are read twice. Labels go to the label store, the rest to
    the inputs store. A draft then needs a new baseline. After publication only labels may change:
    stored predictions are then scored again (submissions/reconcile.py).

    Raises:
        DatasetInvalid: naming file, line and reason of the first problem of each kind.
        DomainError: ``undividable``: no public and private split could be made.
        Conflict: ``inputs_fixed`` or ``competition_closed``.
    """
    _refuse_closed(Task.objects.select_related("competition").get(pk=task.pk))
    facts = check_dataset(
        inputs=inputs,
        labels=labels,
        train=train,
        kind=get_kind(task.kind),
        labels_allowed=task.classes,
        names=names,
    )
    _refuse_undividable(task, labels)
    inputs_sha256 = _keep(blobs.inputs, inputs)
    train_sha256 = _keep(blobs.inputs, train) if train is not None else ""
    labels_sha256 = _keep(blobs.labels, labels)
    with transaction.atomic():
        # A competition that closes meanwhile waits, and then sees that scores are to be renewed.
        Competition.objects.select_for_update().get(pk=task.competition_id)
        locked = Task.objects.select_for_update().get(pk=task.pk)
        _refuse_closed(locked)
        _refuse_late_change(locked, inputs_sha256, train_sha256)
        version = DatasetVersion.objects.create(
            task=locked,
            number=_next_number(locked),
            inputs_sha256=inputs_sha256,
            labels_sha256=labels_sha256,
            train_sha256=train_sha256,
            rows=facts.rows,
            train_rows=facts.train_rows,
            facts=_shown(facts),
            note=note,
            created_by=by,
        )
        locked.dataset = version
        locked.save(update_fields=["dataset"])
        forget_baseline(competition=locked.competition)
    task.dataset = version
    return version


def _refuse_undividable(task: Task, labels: BinaryIO) -> None:
    labels.seek(0)
    rows = read_labels(labels, kind=get_kind(task.kind), labels=task.classes)
    if len({row.group or row.id for row in rows}) < 2:
        raise DomainError(
            "undividable",
            "All rows belong to one group, so they can't be divided into public and private "
            "rows. Upload at least two groups (or rows without a group).",
            field="labels",
        )


def _keep(store: blobs.BlobStore, stream: BinaryIO) -> str:
    stream.seek(0)
    return store.put(stream, max_bytes=DATASET_LIMITS.max_bytes).sha256


def _next_number(task: Task) -> int:
    latest = task.dataset_versions.order_by("-number").first()
    return latest.number + 1 if latest else 1


def _refuse_closed(task: Task) -> None:
    if task.competition.state == Competition.State.CLOSED:
        raise Conflict(
            "competition_closed", "The competition is closed; its datasets stay as they are."
        )


def _refuse_late_change(task: Task, inputs_sha256: str, train_sha256: str) -> None:
    current = task.dataset
    if task.competition.state == Competition.State.DRAFT or current is None:
        return
    if (current.inputs_sha256, current.train_sha256) != (inputs_sha256, train_sha256):
        raise Conflict(
            "inputs_fixed",
            "The competition is published: inputs and train split must be the same files as in "
            f"version {current.number}; only labels may be replaced.",
            field="inputs",
        )


def _shown(facts: DatasetFacts) -> dict[str, object]:
    """Counts without anything about the hidden labels."""
    shown = asdict(facts)
    del shown["label_counts"]
    return shown
