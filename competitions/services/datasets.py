"""Takes a dataset version in: checked as a whole, stored by content, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import zip_longest
from tempfile import TemporaryFile
from typing import IO, BinaryIO

from django.db import transaction

from accounts.models import User
from common import blobs
from common.errors import Conflict, DomainError
from competitions.dataset_check import DatasetFacts, FileNames, check_dataset
from competitions.dataset_files import MAX_ZIP_BYTES, copy_files
from competitions.dataset_rows import DATASET_LIMITS, read_labels
from competitions.events import labels_offered, labels_staged
from competitions.kinds import get_kind
from competitions.models import INPUT_BLOBS, Competition, DatasetVersion, Task
from competitions.services.announce import announce_dataset
from competitions.services.manage import forget_baseline


def add_dataset_version(
    *,
    task: Task,
    inputs: BinaryIO,
    labels: BinaryIO,
    train: BinaryIO | None,
    by: User,
    files: BinaryIO | None = None,
    note: str = "",
    names: FileNames = FileNames(),
) -> DatasetVersion:
    """Check the files against each other and make them the task's next dataset.

    The streams must be seekable; they are read twice. ``files`` is a zip of the images that rows
    refer to. Labels go to the label store, the rest to the inputs store. In a draft the version
    counts at once, and a new baseline is needed. After publication only labels may change, and the
    version counts when the rescoring is published that it begins (``competitions.events``).

    Raises:
        DatasetInvalid: naming file, line and reason of the first problem of each kind.
        DomainError: ``undividable``: no public and private split could be made.
        Conflict: ``inputs_fixed``, ``competition_closed``, or what a rescoring raises.
    """
    _refuse_closed(Task.objects.select_related("competition").get(pk=task.pk))
    facts = check_dataset(
        inputs=inputs,
        labels=labels,
        train=train,
        kind=get_kind(task.kind),
        labels_allowed=task.classes,
        files=files,
        names=names,
    )
    _refuse_undividable(task, labels)
    kept = {
        "inputs_sha256": _keep(blobs.inputs, inputs),
        "train_sha256": _keep(blobs.inputs, train) if train is not None else "",
        **_keep_files(files, facts.train_files),
    }
    labels_sha256 = _keep(blobs.labels, labels)
    with transaction.atomic():
        # A competition that closes meanwhile waits, and then sees that a rescoring is open.
        competition = Competition.objects.select_for_update().get(pk=task.competition_id)
        locked = Task.objects.select_for_update().get(pk=task.pk)
        _refuse_closed(locked)
        _refuse_late_change(locked, kept)
        version = DatasetVersion.objects.create(
            task=locked,
            number=_next_number(locked),
            labels_sha256=labels_sha256,
            **kept,
            rows=facts.rows,
            train_rows=facts.train_rows,
            facts=_shown(facts),
            note=note,
            created_by=by,
        )
        if competition.state == Competition.State.DRAFT or locked.dataset is None:
            locked.dataset = version
            locked.save(update_fields=["dataset"])
            forget_baseline(competition=competition)
            announce_dataset(version, competition)
        else:
            labels_staged.send(sender=Task, version=version, by=by)
    task.dataset = locked.dataset
    return version


def _refuse_undividable(task: Task, labels: BinaryIO) -> None:
    labels.seek(0)
    kind = get_kind(task.kind)
    rows = read_labels(labels, kind=kind, labels=task.classes)
    scored = (row for row in rows if kind.is_scored is None or kind.is_scored(row.label))
    if len({row.group or row.id for row in scored}) < 2:
        raise DomainError(
            "undividable",
            "All rows belong to one group, so they can't be divided into public and private "
            "rows. Upload at least two groups (or rows without a group).",
            field="labels",
        )


def _keep(
    store: blobs.BlobStore,
    stream: IO[bytes],
    *,
    max_bytes: int = DATASET_LIMITS.max_bytes,
) -> str:
    stream.seek(0)
    return store.put(stream, max_bytes=max_bytes).sha256


def _keep_files(files: BinaryIO | None, train_files: Sequence[str]) -> dict[str, str]:
    """Keep the images, and once more those of the train split, which everybody may download."""
    if files is None:
        return {}
    kept = {"files_sha256": _keep(blobs.inputs, files, max_bytes=MAX_ZIP_BYTES)}
    if train_files:
        with TemporaryFile() as sink:
            copy_files(files, train_files, sink)
            kept["train_files_sha256"] = _keep(blobs.inputs, sink, max_bytes=MAX_ZIP_BYTES)
    return kept


def _next_number(task: Task) -> int:
    latest = task.dataset_versions.order_by("-number").first()
    return latest.number + 1 if latest else 1


def _refuse_closed(task: Task) -> None:
    if task.competition.state == Competition.State.CLOSED:
        labels_offered.send(sender=Task, competition=task.competition)


def _refuse_late_change(task: Task, kept: Mapping[str, str]) -> None:
    current = task.dataset
    if task.competition.state == Competition.State.DRAFT or current is None:
        return
    if any(getattr(current, column) != kept.get(column, "") for column in INPUT_BLOBS):
        raise Conflict(
            "inputs_fixed",
            "The competition is published: inputs, train split and images must be the same files "
            f"as in version {current.number}; only labels may be replaced."
            f"{_difference(current, kept)} With other inputs, all models would have to run again: "
            "that is a new competition.",
            field="inputs",
        )


def _difference(current: DatasetVersion, kept: Mapping[str, str]) -> str:
    """Say from which line on the inputs are others; nothing where they are the same."""
    if current.inputs_sha256 == kept["inputs_sha256"]:
        return ""
    with (
        blobs.inputs.open(current.inputs_sha256) as old,
        blobs.inputs.open(kept["inputs_sha256"]) as new,
    ):
        pairs = enumerate(zip_longest(old, new), start=1)
        line = next(number for number, (before, after) in pairs if before != after)
    return f" The inputs are others from line {line} on."


def _shown(facts: DatasetFacts) -> dict[str, object]:
    """Counts without anything about the hidden labels."""
    shown = asdict(facts)
    del shown["label_counts"], shown["train_files"]
    return shown
