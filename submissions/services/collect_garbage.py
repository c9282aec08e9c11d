"""Delete stored files that nothing refers to: left by refused, expired and interrupted uploads.

A file is collected when it is older than a day and no row names it. Rows are asked right before
each small batch of deletions; an upload that comes to name a file in that instant finds it
missing when it is submitted, and the client sends it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils import timezone

from competitions.models import INPUT_BLOBS, DatasetVersion
from scoring.models import TaskScore
from submissions.models import Predictions, ReceivedFile, Run, SubmissionFile, Upload

GRACE = timedelta(days=1)
_BATCH = 200
# What the stores call a file whose writing was cut off (common/blobs.py).
_PART = ".part-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What was deleted; ``size`` in bytes."""

    files: int
    size: int


def collect_garbage(*, stores: Sequence[str], now: datetime | None = None) -> Collected:
    """Delete what nothing refers to in ``stores`` (aliases of ``settings.BLOB_STORES``).

    Only stores in local folders are looked through: there, writing a file that exists already
    makes it young again, so nothing that was just sent is old.
    """
    now = now or timezone.now()
    files = size = 0
    for alias in stores:
        store = storages[alias]
        if not isinstance(store, FileSystemStorage):
            continue
        for names in _batches(_old_names(store, now - GRACE)):
            kept = _REFERENCED[alias]([_sha256(name) for name in names], now)
            garbage = [name for name in names if _sha256(name) not in kept]
            size += sum(store.size(name) for name in garbage)
            files += len(garbage)
            for name in garbage:
                store.delete(name)
            if alias == "models":
                gone = [_sha256(name) for name in garbage]
                ReceivedFile.objects.filter(sha256__in=gone).delete()
    return Collected(files=files, size=size)


def _old_names(store: Storage, before: datetime) -> Iterator[str]:
    """Yield the names of blobs, and of what a killed writer left, last written ``before``."""
    if not store.exists(""):
        return
    for folder in store.listdir("")[0]:
        for file in store.listdir(folder)[1]:
            name = f"{folder}/{file}"
            ours = file.startswith(_PART) or (len(file) == 64 and file.startswith(folder))
            if ours and store.get_modified_time(name) < before:
                yield name


def _batches(names: Iterator[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for name in names:
        batch.append(name)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _sha256(name: str) -> str:
    return name.rpartition("/")[2]


def _named_inputs(wanted: list[str], now: datetime) -> set[str]:
    named: set[str] = set()
    for column in INPUT_BLOBS:
        versions = DatasetVersion.objects.filter(**{f"{column}__in": wanted})
        named.update(versions.values_list(column, flat=True))
    return named


def _named_labels(wanted: list[str], now: datetime) -> set[str]:
    versions = DatasetVersion.objects.filter(labels_sha256__in=wanted)
    return set(versions.values_list("labels_sha256", flat=True))


def _named_models(wanted: list[str], now: datetime) -> set[str]:
    entered = SubmissionFile.objects.filter(sha256__in=wanted).values_list("sha256", flat=True)
    coming = Upload.objects.filter(state=Upload.State.OPEN, expires_at__gt=now)
    announced = (
        file["sha256"]
        for manifest in coming.values_list("manifest", flat=True)
        for file in manifest
    )
    return {*entered, *announced}


def _named_predictions(wanted: list[str], now: datetime) -> set[str]:
    return set(Predictions.objects.filter(sha256__in=wanted).values_list("sha256", flat=True))


def _named_logs(wanted: list[str], now: datetime) -> set[str]:
    hidden = Run.objects.filter(log_sha256__in=wanted).values_list("log_sha256", flat=True)
    samples = Run.objects.filter(smoke_log_sha256__in=wanted)
    return {*hidden, *samples.values_list("smoke_log_sha256", flat=True)}


def _named_evidence(wanted: list[str], now: datetime) -> set[str]:
    scores = TaskScore.objects.filter(evidence_sha256__in=wanted)
    coded = Predictions.objects.filter(coded_sha256__in=wanted)
    return {
        *scores.values_list("evidence_sha256", flat=True),
        *coded.values_list("coded_sha256", flat=True),
    }


_REFERENCED: dict[str, Callable[[list[str], datetime], set[str]]] = {
    "inputs": _named_inputs,
    "labels": _named_labels,
    "models": _named_models,
    "predictions": _named_predictions,
    "logs": _named_logs,
    "evidence": _named_evidence,
}
