"""Announce, send what is missing, submit: by content, and nothing half-entered."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from common import blobs
from common.blobs import ChecksumMismatch
from common.errors import Conflict, DomainError, Forbidden, LimitExceeded, NotFound
from competitions.models import Competition, Participation
from submissions.models import ReceivedFile, Submission, Upload
from submissions.services import uploads
from submissions.services.uploads import missing_files, open_upload, receive_file, submit_upload
from tests import factories
from tests.clients import manifest

pytestmark = pytest.mark.django_db

MODEL = {"config.json": b"{}", "model.safetensors": b"weights"}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def owner() -> Participation:
    return factories.participation(factories.competition())


def announce(
    owner: Participation, files: dict[str, bytes] | None = None, user: User | None = None
) -> tuple[Upload, list[str]]:
    submitter = user or owner.user
    assert submitter is not None
    listed = manifest(MODEL if files is None else files)
    return open_upload(competition=owner.competition, user=submitter, files=listed)


def send(upload: Upload, data: bytes) -> None:
    receive_file(upload=upload, sha256=sha256(data), stream=io.BytesIO(data), length=len(data))


def upload_whole(owner: Participation, files: dict[str, bytes] | None = None) -> Upload:
    files = MODEL if files is None else files
    upload, missing = announce(owner, files)
    for data in {data for data in files.values() if sha256(data) in missing}:
        send(upload, data)
    return upload


def stored(settings: Any) -> list[Path]:
    root = Path(settings.STORAGES["models"]["OPTIONS"]["location"])
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_sent_upload_becomes_a_submission_with_its_files(owner: Participation) -> None:
    submission = submit_upload(upload=upload_whole(owner))
    assert submission.state == Submission.State.RECEIVED
    assert (submission.number, submission.size) == (1, 9)
    assert submission.phase == owner.competition.phases.get()
    assert [file.path for file in submission.files.all()] == sorted(MODEL)
    assert Upload.objects.get().state == Upload.State.SUBMITTED


def test_numbers_count_up_within_a_participation(owner: Participation) -> None:
    other = factories.participation(owner.competition)
    for index in range(2):
        made = submit_upload(upload=upload_whole(owner, {"config.json": b"%d" % index}))
        assert made.number == index + 1
    assert submit_upload(upload=upload_whole(other)).number == 1


def test_what_the_user_sent_before_is_not_asked_for_again(owner: Participation) -> None:
    submit_upload(upload=upload_whole(owner))
    changed = {**MODEL, "config.json": b"{ }"}
    _, missing = announce(owner, changed)
    assert missing == [sha256(b"{ }")]


def test_knowing_the_sha256_of_another_users_file_is_no_proof_of_having_it(
    owner: Participation,
) -> None:
    upload_whole(owner)
    other = factories.participation(owner.competition)
    _, missing = announce(other)
    assert set(missing) == {sha256(data) for data in MODEL.values()}


def test_a_file_that_is_gone_from_the_store_is_asked_for_again(owner: Participation) -> None:
    upload = upload_whole(owner)
    blobs.models.delete(sha256(b"weights"))
    assert missing_files(upload) == [sha256(b"weights")]
    with pytest.raises(Conflict, match=r"model\.safetensors") as caught:
        submit_upload(upload=upload)
    assert caught.value.code == "files_missing"
    assert not Submission.objects.exists()


def test_a_lie_about_the_size_of_a_sent_file_makes_it_missing(owner: Participation) -> None:
    upload_whole(owner)
    listed = [{"path": "model.safetensors", "size": 1, "sha256": sha256(b"weights")}]
    assert owner.user is not None
    upload, missing = open_upload(competition=owner.competition, user=owner.user, files=listed)
    assert missing == [sha256(b"weights")]
    with pytest.raises(Conflict):
        submit_upload(upload=upload)


def test_one_content_under_two_paths_is_sent_once(owner: Participation) -> None:
    upload, missing = announce(owner, {"config.json": b"{}", "tasks/a/config.json": b"{}"})
    assert missing == [sha256(b"{}")]
    send(upload, b"{}")
    assert submit_upload(upload=upload).files.count() == 2


def test_an_open_upload_of_the_same_files_is_taken_up_again(owner: Participation) -> None:
    upload, _ = announce(owner)
    send(upload, b"{}")
    again, missing = announce(owner)
    assert again.pk == upload.pk
    assert missing == [sha256(b"weights")]


def test_unfinished_uploads_are_bounded(
    owner: Participation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_OPEN_UPLOADS", 2)
    for index in range(2):
        announce(owner, {"config.json": b"%d" % index})
    with pytest.raises(LimitExceeded) as caught:
        announce(owner, {"config.json": b"another"})
    assert caught.value.code == "open_uploads_limit"
    Upload.objects.update(expires_at=timezone.now())
    announce(owner, {"config.json": b"another"})


@pytest.mark.parametrize(
    ("files", "code", "status"),
    [
        ({}, "empty_submission", 422),
        ({"config.json": b""}, "empty_submission", 422),
        ({"../config.json": b"{}"}, "bad_path", 422),
        ({"/etc/passwd": b"{}"}, "bad_path", 422),
        ({"a" * 199 + "/" + "b" * 150 + ".json": b"{}"}, "bad_path", 422),
        ({"pytorch_model.bin": b"x"}, "pickle_weights", 422),
        ({"model.safetensors": b"x" * 101}, "file_too_large", 413),
        ({f"{i}.json": b"{}" for i in range(6)}, "too_many_files", 413),
        ({f"{i}.json": b"x" * 60 for i in range(2)}, "submission_too_large", 413),
    ],
)
def test_a_bad_manifest_is_refused_before_a_byte_is_sent(
    files: dict[str, bytes], code: str, status: int
) -> None:
    owner = factories.participation(factories.competition(max_upload_bytes=100, max_files=5))
    with pytest.raises(DomainError) as caught:
        announce(owner, files)
    assert (caught.value.code, caught.value.status) == (code, status)
    assert not Upload.objects.exists()


def test_quotas_are_checked_before_a_byte_is_sent(owner: Participation) -> None:
    owner.competition.phases.update(daily_limit=1)
    factories.submission(owner, state="scored")
    with pytest.raises(LimitExceeded):
        announce(owner)
    assert not Upload.objects.exists()


def test_double_content_is_refused_before_a_byte_is_sent(owner: Participation) -> None:
    submit_upload(upload=upload_whole(owner))
    with pytest.raises(Conflict, match="submission 1"):
        announce(owner)


def test_who_has_not_joined_opens_nothing(owner: Participation) -> None:
    with pytest.raises(Forbidden) as caught:
        announce(owner, user=factories.user())
    assert caught.value.code == "not_joined"


def test_another_length_is_refused_unread(owner: Participation) -> None:
    upload, _ = announce(owner)
    stream = io.BytesIO(b"weights and more")
    with pytest.raises(ChecksumMismatch):
        receive_file(upload=upload, sha256=sha256(b"weights"), stream=stream, length=16)
    assert stream.tell() == 0


@pytest.mark.parametrize("data", [b"wrongly", b"short", b"", b"weights!"])
def test_what_arrives_otherwise_leaves_nothing(
    owner: Participation, data: bytes, settings: Any
) -> None:
    upload, _ = announce(owner)
    with pytest.raises(DomainError):
        receive_file(upload=upload, sha256=sha256(b"weights"), stream=io.BytesIO(data), length=7)
    assert stored(settings) == []
    assert not ReceivedFile.objects.exists()


def test_a_file_that_was_not_announced_is_refused(owner: Participation) -> None:
    upload, _ = announce(owner)
    with pytest.raises(NotFound) as caught:
        send(upload, b"something else")
    assert caught.value.code == "file_not_announced"


def test_sending_a_file_twice_is_harmless(owner: Participation) -> None:
    upload = upload_whole(owner)
    send(upload, b"weights")
    assert ReceivedFile.objects.count() == 2


def test_an_expired_upload_says_so_and_takes_nothing(owner: Participation) -> None:
    upload = upload_whole(owner)
    Upload.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    for attempt in (lambda: send(upload, b"{}"), lambda: submit_upload(upload=upload)):
        upload.refresh_from_db()
        with pytest.raises(Conflict, match="expired on") as caught:
            attempt()
        assert caught.value.code == "upload_expired"
    assert Upload.objects.get().state == Upload.State.EXPIRED
    assert not Submission.objects.exists()


def test_an_upload_is_submitted_once(owner: Participation) -> None:
    upload = upload_whole(owner)
    submit_upload(upload=upload)
    upload.state = Upload.State.OPEN
    with pytest.raises(Conflict) as caught:
        submit_upload(upload=upload)
    assert caught.value.code == "upload_submitted"
    assert Submission.objects.count() == 1


def test_limits_hold_again_when_the_upload_is_submitted(owner: Participation) -> None:
    first, second = (upload_whole(owner, {"config.json": b"%d" % i}) for i in range(2))
    owner.competition.phases.update(daily_limit=1)
    submit_upload(upload=first)
    with pytest.raises(LimitExceeded):
        submit_upload(upload=second)
    assert Upload.objects.get(pk=second.pk).state == Upload.State.OPEN


def test_the_same_content_in_two_open_uploads_enters_once(owner: Participation) -> None:
    first = upload_whole(owner)
    second = Upload.objects.create(
        participation=owner,
        user=first.user,
        manifest=first.manifest,
        expires_at=first.expires_at,
    )
    submit_upload(upload=first)
    with pytest.raises(Conflict) as caught:
        submit_upload(upload=second)
    assert caught.value.code == "duplicate_submission"


def test_after_the_close_nothing_enters(owner: Participation) -> None:
    upload = upload_whole(owner)
    Competition.objects.update(state="closed", closed_at=timezone.now())
    with pytest.raises(Conflict) as caught:
        submit_upload(upload=upload)
    assert caught.value.code == "competition_closed"


def test_the_check_is_asked_for_only_when_the_submission_is_stored(
    owner: Participation,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    asked: list[tuple[str, str, Any]] = []
    monkeypatch.setattr("submissions.queue._enqueue", lambda *job: asked.append(job))
    upload = upload_whole(owner)
    with django_capture_on_commit_callbacks(execute=True):
        submission = submit_upload(upload=upload)
        assert asked == []
    assert asked == [("score", "validate", str(submission.pk))]
