"""Files addressed by the sha256 of their content, one store per kind of secret.

A store is a Django storage alias (``settings.STORAGES``), so that each kind (labels, inputs,
models, predictions, logs, evidence) can have its own bucket and its own credentials. A blob is
written once and never changes; writing it again is free.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages

from common.errors import DomainError, TooLarge

CHUNK = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


class Readable(Protocol):
    """Anything that hands out its bytes piece by piece."""

    def read(self, size: int = -1, /) -> bytes: ...


class ChecksumMismatch(DomainError):
    """What arrived is not what was announced; nothing was kept."""

    status = 422


@dataclass(frozen=True, slots=True)
class Blob:
    """A stored file: ``size`` in bytes, ``sha256`` in lower-case hexadecimal."""

    sha256: str
    size: int


class BlobStore:
    """One content-addressed store behind a Django storage alias."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def put(self, stream: Readable, *, max_bytes: int, expected: Blob | None = None) -> Blob:
        """Read ``stream`` to its end with flat memory and keep it under its sha256.

        Raises:
            TooLarge: more than ``max_bytes`` arrived; nothing is kept.
            ChecksumMismatch: the content is not ``expected``; nothing is kept.
        """
        with tempfile.TemporaryFile(dir=self._staging_dir()) as spool:
            blob = _copy_and_hash(stream, spool, max_bytes)
            if expected is not None and blob != expected:
                raise ChecksumMismatch(
                    "checksum_mismatch",
                    f"The file arrived with {blob.size} bytes and sha256 {blob.sha256[:12]}…, "
                    f"announced were {expected.size} bytes and {expected.sha256[:12]}…. "
                    "Send it again.",
                )
            spool.seek(0)
            self._keep(blob, spool)
        return blob

    def put_bytes(self, data: bytes) -> Blob:
        """Keep ``data`` under its sha256."""
        return self.put(io.BytesIO(data), max_bytes=len(data))

    def exists(self, sha256: str) -> bool:
        """Tell whether the store holds the blob."""
        return bool(storages[self.alias].exists(blob_name(sha256)))

    def size(self, sha256: str) -> int:
        """Return the blob's size in bytes; raises FileNotFoundError when it is not here."""
        return int(storages[self.alias].size(blob_name(sha256)))

    def open(self, sha256: str) -> BinaryIO:
        """Open the blob for reading; raises FileNotFoundError when it is not here."""
        return cast(BinaryIO, storages[self.alias].open(blob_name(sha256), "rb"))

    def read(self, sha256: str) -> bytes:
        """Return the whole blob."""
        with self.open(sha256) as stream:
            return stream.read()

    def is_whole(self, sha256: str) -> bool:
        """Tell whether the stored bytes are those that the blob is named by.

        Raises:
            FileNotFoundError: the blob is not here.
        """
        digest = hashlib.sha256()
        with self.open(sha256) as stream:
            for chunk in _chunks(stream):
                digest.update(chunk)
        return digest.hexdigest() == sha256

    def delete(self, sha256: str) -> None:
        """Remove the blob; nothing happens when it is not here."""
        storages[self.alias].delete(blob_name(sha256))

    def copy_to(self, sha256: str, target: Path) -> None:
        """Write a private copy of the blob to ``target`` (mode 0444)."""
        with self.open(sha256) as source, target.open("xb") as sink:
            for chunk in _chunks(source):
                sink.write(chunk)
        target.chmod(0o444)

    @contextmanager
    def local_file(self, sha256: str) -> Iterator[Path]:
        """Give a local path of the blob, copied from afar only where the store is remote."""
        storage = storages[self.alias]
        if isinstance(storage, FileSystemStorage):
            yield Path(storage.path(blob_name(sha256)))
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / sha256
            self.copy_to(sha256, path)
            yield path

    def _staging_dir(self) -> str | None:
        storage = storages[self.alias]
        if not isinstance(storage, FileSystemStorage):
            return None
        Path(storage.location).mkdir(parents=True, exist_ok=True)
        return str(storage.location)

    def _keep(self, blob: Blob, spool: IO[bytes]) -> None:
        storage = storages[self.alias]
        name = blob_name(blob.sha256)
        if isinstance(storage, FileSystemStorage):
            _write_atomically(Path(storage.path(name)), spool)
        elif not storage.exists(name):
            storage.save(name, File(spool))


def blob_name(sha256: str) -> str:
    """Return the storage name of a blob; raises ValueError for anything but a sha256."""
    if not _SHA256.match(sha256):
        raise ValueError("not a lower-case sha256")
    return f"{sha256[:2]}/{sha256}"


def _chunks(stream: Readable) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _copy_and_hash(stream: Readable, sink: IO[bytes], max_bytes: int) -> Blob:
    digest = hashlib.sha256()
    size = 0
    for chunk in _chunks(stream):
        size += len(chunk)
        if size > max_bytes:
            raise TooLarge("file_too_large", f"The file has more than {max_bytes} bytes.")
        digest.update(chunk)
        sink.write(chunk)
    return Blob(sha256=digest.hexdigest(), size=size)


def _write_atomically(target: Path, source: IO[bytes]) -> None:
    if target.exists():
        # As good as new: whoever collects old files must see that this one was just wanted.
        with suppress(PermissionError):
            os.utime(target)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as sink:
            for chunk in _chunks(source):
                sink.write(chunk)
            sink.flush()
            os.fsync(sink.fileno())
        part.chmod(0o440)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


inputs = BlobStore("inputs")
labels = BlobStore("labels")
models = BlobStore("models")
predictions = BlobStore("predictions")
logs = BlobStore("logs")
evidence = BlobStore("evidence")
