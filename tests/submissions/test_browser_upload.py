"""A zip from a browser becomes a submission, or leaves no row."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from common import blobs
from common.errors import DomainError, Forbidden, LimitExceeded
from competitions.models import Participation
from submissions.models import ReceivedFile, Submission, Upload
from submissions.services.browser_upload import submit_zip
from submissions.services.uploads import open_upload
from tests import factories
from tests.clients import manifest

pytestmark = pytest.mark.django_db

MODEL = {"config.json": b"{}", "tasks/a/model.safetensors": b"weights"}


@pytest.fixture
def owner() -> Participation:
    return factories.participation(factories.competition(max_upload_bytes=1000, max_files=5))


def zipped(files: dict[str, bytes]) -> io.BytesIO:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for path, data in files.items():
            target.writestr(path, data)
    archive.seek(0)
    return archive


def enter_zip(owner: Participation, archive: io.BytesIO) -> Submission:
    assert owner.user is not None
    return submit_zip(competition=owner.competition, user=owner.user, archive=archive)


def content(submission: Submission) -> dict[str, bytes]:
    return {file.path: blobs.models.read(file.sha256) for file in submission.files.all()}


def assert_nothing_entered() -> None:
    assert not Submission.objects.exists()
    assert not Upload.objects.exists()
    assert not ReceivedFile.objects.exists()


@pytest.mark.parametrize("wrapper", ["", "my model/"])
def test_a_zip_enters_without_its_outer_folder(owner: Participation, wrapper: str) -> None:
    files = {wrapper + path: data for path, data in MODEL.items()}
    submission = enter_zip(owner, zipped({**files, "__MACOSX/._config.json": b"junk"}))
    assert content(submission) == MODEL


def test_a_zip_and_the_api_name_the_same_content_alike(owner: Participation) -> None:
    by_zip = enter_zip(owner, zipped(MODEL))
    assert by_zip.number == 1
    with pytest.raises(DomainError) as caught:
        assert owner.user is not None
        open_upload(competition=owner.competition, user=owner.user, files=manifest(MODEL))
    assert caught.value.code == "duplicate_submission"


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"../config.json": b"{}"}, "bad_path"),
        ({"/config.json": b"{}"}, "bad_path"),
        ({"model.pkl": b"x"}, "pickle_weights"),
        ({}, "empty_submission"),
        ({"__MACOSX/._x": b"x"}, "empty_submission"),
        ({"config.json": b"x" * 1001}, "file_too_large"),
        ({"a.json": b"x" * 600, "b.json": b"y" * 600}, "submission_too_large"),
        ({f"{i}.json": b"x" for i in range(6)}, "too_many_files"),
    ],
)
def test_a_refused_zip_leaves_no_rows(
    owner: Participation, files: dict[str, bytes], code: str
) -> None:
    with pytest.raises(DomainError) as caught:
        enter_zip(owner, zipped(files))
    assert caught.value.code == code
    assert_nothing_entered()


def test_a_damaged_entry_is_found_while_reading_and_leaves_no_rows(owner: Participation) -> None:
    data = bytearray(zipped({"config.json": b"{}", "model.safetensors": b"weights"}).getvalue())
    place = data.index(b"weights")
    data[place : place + 7] = b"damaged"
    with pytest.raises(DomainError) as caught:
        enter_zip(owner, io.BytesIO(bytes(data)))
    assert caught.value.code == "bad_archive"
    assert_nothing_entered()


def test_no_zip_at_all_is_refused(owner: Participation) -> None:
    with pytest.raises(DomainError) as caught:
        enter_zip(owner, io.BytesIO(b"MZ this is no zip"))
    assert caught.value.code == "not_a_zip"


def test_quotas_are_checked_before_anything_is_read(owner: Participation, settings: Any) -> None:
    owner.competition.phases.update(daily_limit=1)
    factories.submission(owner, state="scored")
    archive = zipped({"../evil": b"x"})
    with pytest.raises(LimitExceeded):
        enter_zip(owner, archive)
    assert archive.tell() == 0


def test_who_has_not_joined_is_told_so(owner: Participation) -> None:
    with pytest.raises(Forbidden):
        submit_zip(competition=owner.competition, user=factories.user(), archive=zipped(MODEL))


def test_a_refusal_at_the_last_step_takes_everything_back(
    owner: Participation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise LimitExceeded("daily_limit", "Somebody was faster.")

    monkeypatch.setattr("submissions.services.browser_upload.submit_upload", refuse)
    with pytest.raises(LimitExceeded):
        enter_zip(owner, zipped(MODEL))
    assert_nothing_entered()
