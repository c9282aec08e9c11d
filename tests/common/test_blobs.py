"""Blobs are kept by content, whole or not at all."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from common.blobs import Blob, BlobStore, ChecksumMismatch, blob_name
from common.errors import TooLarge

store = BlobStore("models")


def stored_files(settings: Any) -> list[Path]:
    root = Path(settings.STORAGES["models"]["OPTIONS"]["location"])
    return [path for path in root.rglob("*") if path.is_file()]


@given(data=st.binary(max_size=3000))
@hypothesis_settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_what_is_put_is_read_back_under_its_sha256(data: bytes) -> None:
    blob = store.put_bytes(data)
    assert blob == Blob(sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    assert store.read(blob.sha256) == data
    assert store.size(blob.sha256) == len(data)


def test_too_many_bytes_leave_nothing(settings: Any) -> None:
    with pytest.raises(TooLarge):
        store.put(io.BytesIO(b"12345"), max_bytes=4)
    assert stored_files(settings) == []


def test_other_content_than_announced_leaves_nothing(settings: Any) -> None:
    expected = Blob(sha256="0" * 64, size=5)
    with pytest.raises(ChecksumMismatch) as caught:
        store.put(io.BytesIO(b"12345"), max_bytes=10, expected=expected)
    assert caught.value.code == "checksum_mismatch"
    assert stored_files(settings) == []


def test_an_interrupted_stream_leaves_nothing(settings: Any) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.put(Broken(), max_bytes=10)
    assert stored_files(settings) == []


def test_putting_twice_keeps_one_file(settings: Any) -> None:
    store.put_bytes(b"same")
    store.put_bytes(b"same")
    assert len(stored_files(settings)) == 1


@pytest.mark.parametrize("name", ["", "../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_a_name_is_a_sha256_and_nothing_else(name: str) -> None:
    with pytest.raises(ValueError, match="not a lower-case sha256"):
        blob_name(name)


def test_a_copy_is_private_and_read_only(tmp_path: Path) -> None:
    blob = store.put_bytes(b"weights")
    store.copy_to(blob.sha256, tmp_path / "copy")
    with store.local_file(blob.sha256) as original:
        assert original.stat().st_ino != (tmp_path / "copy").stat().st_ino
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o444
    assert (tmp_path / "copy").read_bytes() == b"weights"


def test_a_deleted_blob_is_gone() -> None:
    blob = store.put_bytes(b"gone")
    store.delete(blob.sha256)
    assert not store.exists(blob.sha256)


def test_a_file_that_was_edited_in_its_place_is_not_whole(settings: Any) -> None:
    blob = store.put_bytes(b"12345")
    assert store.is_whole(blob.sha256)
    (path,) = stored_files(settings)
    path.chmod(0o640)
    path.write_bytes(b"12346")
    assert not store.is_whole(blob.sha256)
