"""Files that nothing refers to go after a day; all others stay."""

from __future__ import annotations

import os
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from common import blobs
from competitions.models import Participation
from scoring.models import TaskScore
from submissions.models import Predictions, ReceivedFile
from submissions.services.collect_garbage import Collected, collect_garbage
from submissions.services.uploads import open_upload, remember_received
from tests import factories
from tests.clients import manifest

pytestmark = pytest.mark.django_db

STORES = ["inputs", "labels", "models", "predictions", "logs", "evidence"]


def later(hours: float = 25) -> Collected:
    return collect_garbage(stores=STORES, now=timezone.now() + timedelta(hours=hours))


def orphan(owner: Participation) -> blobs.Blob:
    assert owner.user is not None
    blob = blobs.models.put_bytes(b"nobody names me")
    remember_received(user=owner.user, received=[blob])
    return blob


@pytest.fixture
def owner() -> Participation:
    return factories.participation(factories.competition())


def test_an_orphan_goes_after_a_day_and_is_asked_for_again(owner: Participation) -> None:
    blob = orphan(owner)
    assert later(hours=23) == Collected(files=0, size=0)
    assert later() == Collected(files=1, size=blob.size)
    assert not blobs.models.exists(blob.sha256)
    assert not ReceivedFile.objects.exists()


def test_what_a_row_names_stays(owner: Participation) -> None:
    task = factories.task(owner.competition, train_rows=3)
    run = factories.run(
        factories.submission(owner),
        log_sha256=blobs.logs.put_bytes(b"log").sha256,
        smoke_log_sha256=blobs.logs.put_bytes(b"log of the samples").sha256,
    )
    blob = blobs.predictions.put_bytes(b"predictions")
    assert task.dataset is not None
    for column in ("files_sha256", "train_files_sha256"):
        setattr(task.dataset, column, blobs.inputs.put_bytes(column.encode()).sha256)
    task.dataset.save()
    Predictions.objects.create(
        run=run, task=task, dataset=task.dataset, sha256=blob.sha256, size=blob.size
    )
    TaskScore.objects.create(
        submission=run.submission,
        task=task,
        dataset=task.dataset,
        split="public",
        scorer_version="2",
        value=1.0,
        points=100.0,
        rows=1,
        evidence_sha256=blobs.evidence.put_bytes(b"row by row").sha256,
    )
    assert later() == Collected(files=0, size=0)


def test_evidence_of_no_score_goes() -> None:
    blob = blobs.evidence.put_bytes(b"of a score that was replaced")
    assert later() == Collected(files=1, size=blob.size)


def test_an_open_upload_keeps_what_has_arrived_until_it_expires(owner: Participation) -> None:
    assert owner.user is not None
    blob = blobs.models.put_bytes(b"{}")
    upload, _ = open_upload(
        competition=owner.competition, user=owner.user, files=manifest({"config.json": b"{}"})
    )
    upload.expires_at = timezone.now() + timedelta(hours=30)
    upload.save()
    assert later(hours=29).files == 0
    assert later(hours=31) == Collected(files=1, size=blob.size)


def test_sending_a_file_again_makes_it_young(owner: Participation, settings: Any) -> None:
    blob = orphan(owner)
    path = next(Path(settings.STORAGES["models"]["OPTIONS"]["location"]).rglob(blob.sha256))
    os.utime(path, (0, 0))
    blobs.models.put_bytes(b"nobody names me")
    assert collect_garbage(stores=STORES).files == 0


def test_what_a_killed_writer_left_goes_and_foreign_files_stay(settings: Any) -> None:
    folder = Path(settings.STORAGES["models"]["OPTIONS"]["location"]) / "ab"
    folder.mkdir(parents=True)
    (folder / ".part-x").write_bytes(b"half")
    (folder / "notes.txt").write_bytes(b"not ours")
    assert later() == Collected(files=1, size=4)
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_the_command_says_how_much_it_freed(owner: Participation, settings: Any) -> None:
    blob = orphan(owner)
    path = next(Path(settings.STORAGES["models"]["OPTIONS"]["location"]).rglob(blob.sha256))
    os.utime(path, (0, 0))
    said = StringIO()
    call_command("collect_garbage", "models", stdout=said)
    assert said.getvalue() == "1 files deleted, 0.0 MB freed\n"


def test_the_command_refuses_unknown_stores() -> None:
    with pytest.raises(CommandError, match="elsewhere"):
        call_command("collect_garbage", "elsewhere")
