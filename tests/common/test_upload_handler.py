"""Forms with files are bounded before a byte of them is written."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def spool(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    settings.FORM_UPLOAD_MAX_BYTES = 100_000
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def send(size: int, *, logged_in: bool) -> int:
    """Send a file to a page; with a CSRF cookie and without its field, as an attacker would."""
    client = Client(enforce_csrf_checks=True)
    if logged_in:
        client.force_login(factories.user())
    client.cookies["csrftoken"] = "a" * 32
    slug = factories.competition().slug
    archive = SimpleUploadedFile("model.zip", b"x" * size)
    return client.post(f"/competitions/{slug}/submit/", {"archive": archive}).status_code


@pytest.mark.parametrize(
    ("size", "logged_in", "status"),
    [(2_000, False, 400), (200_000, True, 400), (2_000, True, 403), (100, False, 403)],
)
def test_a_form_is_bounded_by_who_sends_it(
    size: int, logged_in: bool, status: int, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "django.core.files.uploadhandler.TemporaryUploadedFile",
        lambda *args: opened.append("file") or _Sink(),
    )
    assert send(size, logged_in=logged_in) == status
    assert bool(opened) == (status == 403)


class _Sink:
    """Takes bytes and forgets them."""

    size = 0

    def write(self, data: bytes) -> None: ...

    def seek(self, place: int) -> None: ...

    def close(self) -> None: ...
