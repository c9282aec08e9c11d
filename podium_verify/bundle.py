"""A replay bundle: the zip with a submission's records and what they are replayed from."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from podium_verify.files import Given
from podium_verify.findings import Unreadable

MAX_MEMBER_BYTES = 2 << 30
_RECORDS = "records/"
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError, ValueError)


@dataclass(frozen=True, slots=True)
class Bundle:
    """The members of a bundle by name, read as they are asked for."""

    archive: zipfile.ZipFile

    def records(self) -> Iterator[tuple[str, str, Given]]:
        """Yield each record's name, its task, and the files of the task."""
        for name in sorted(self.archive.namelist()):
            if name.startswith(_RECORDS) and name.endswith(".json"):
                task = name.removeprefix(_RECORDS).partition("/")[0]
                yield name, task, self._given(task)

    def require(self, name: str) -> bytes:
        """Return a member; raises Unreadable where it is absent."""
        found = self.get(name)
        if found is None:
            raise Unreadable(f"the bundle holds no {name}")
        return found

    def get(self, name: str) -> bytes | None:
        """Return a member, None where it is absent; raises Unreadable for a damaged one."""
        try:
            member = self.archive.getinfo(name)
            if member.file_size > MAX_MEMBER_BYTES:
                raise Unreadable(f"{name} in the bundle is too large")
            if member.compress_type not in _PACKED:
                raise Unreadable(f"{name} in the bundle is packed in a way that no site uses")
            return self.archive.read(name)
        except KeyError:
            return None
        except _DAMAGE as error:
            raise Unreadable(f"{name} in the bundle is damaged: {error}") from error

    def _given(self, task: str) -> Given:
        return Given(
            predictions=self.get(f"predictions/{task}.jsonl"),
            labels=self.get(f"labels/{task}.jsonl"),
            train=self.get(f"train/{task}.jsonl"),
            manifest=self.get("manifest.txt"),
            facts=self.get("replay.json"),
        )


def open_bundle(path: Path) -> Bundle | None:
    """Return the bundle, None where the file is no zip."""
    raw = path.read_bytes()
    if not raw.startswith(b"PK"):
        return None
    try:
        return Bundle(zipfile.ZipFile(io.BytesIO(raw)))
    except _DAMAGE as error:
        raise Unreadable(f"{path.name} is a damaged zip: {error}") from error
