"""Hostile archives made by code, the door that they are sent through, and readers without defence.

The careless readers do what a reader does that believes an archive: they are the controls.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from competitions.models import Participation
from submissions.models import ReceivedFile, Submission, Upload

_LOCAL_NAME_LENGTHS = struct.Struct("<2H")
_LOCAL_SIZE = 30


def entry(name: str, data: bytes = b"x", *, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    """A header that says what it is told to, `..` and links too."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    info.create_system = 3
    info.external_attr = mode << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    info.comment = b""
    info.file_size = len(data)
    return info


def zip_of(entries: Iterable[tuple[zipfile.ZipInfo, bytes]]) -> bytes:
    """A zip file with these entries, in this order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for info, data in entries:
            archive.NameToInfo.clear()  # the same name may come twice
            archive.writestr(info, data)
    return target.getvalue()


def send_zip(entered: Participation, data: bytes) -> dict[str, Any]:
    """Upload a zip through the page that takes models; the answer's JSON with its status."""
    client = Client()
    assert entered.user is not None
    client.force_login(entered.user)
    answer = client.post(
        f"/competitions/{entered.competition.slug}/submit/",
        {"archive": SimpleUploadedFile("model.zip", data)},
        headers={"accept": "application/json"},
    )
    return {"status": answer.status_code, **answer.json()}


def entered_rows() -> tuple[int, int, int]:
    """Submissions, uploads and received files in the database."""
    return Submission.objects.count(), Upload.objects.count(), ReceivedFile.objects.count()


def stored_bytes() -> int:
    """Bytes in the store of models."""
    return sum(path.stat().st_size for path in models_folder().rglob("*") if path.is_file())


def models_folder() -> Path:
    """Where the files of participants lie."""
    return Path(settings.STORAGES["models"]["OPTIONS"]["location"])


def careless_contents(data: bytes) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    """Unpack every entry that the directory lists, however often and however large."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            place = info.header_offset
            lengths = _LOCAL_NAME_LENGTHS.unpack_from(data, place + _LOCAL_SIZE - 4)
            yield info, _inflated(data[place + _LOCAL_SIZE + sum(lengths) :], info)


def careless_extract(data: bytes, folder: Path) -> None:
    """Write every entry to where its name says, links included."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            target = Path(os.path.join(folder, info.filename))  # noqa: PTH118 - keeps `..`
            target.parent.mkdir(parents=True, exist_ok=True)
            content = archive.open(info).read()
            if stat.S_ISLNK(info.external_attr >> 16):
                target.symlink_to(content.decode())
            else:
                target.write_bytes(content)


def _inflated(packed: bytes, info: zipfile.ZipInfo) -> bytes:
    if info.compress_type == zipfile.ZIP_STORED:
        return packed[: info.file_size]
    return zlib.decompressobj(-15).decompress(packed)
