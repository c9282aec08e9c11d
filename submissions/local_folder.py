"""A folder of this machine, as the upload page would send it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from submissions.validation.errors import SubmissionRefused
from submissions.validation.folder import is_clutter
from submissions.validation.manifest import ManifestFile


def local_files(folder: Path) -> dict[str, Path]:
    """Return the folder's files by their paths in a submission; hidden ones are left out.

    Raises:
        SubmissionRefused: there is no such folder.
    """
    if not folder.is_dir():
        raise SubmissionRefused("no_folder", f"There is no folder {folder}.")
    found = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {
        name.as_posix(): path
        for name, path in sorted(found.items())
        if not is_clutter(name.as_posix()) and not any(part[0] == "." for part in name.parts)
    }


def announced(files: Mapping[str, Path]) -> list[ManifestFile]:
    """Return what an upload would announce: path, size and sha256 of each file."""
    return [
        ManifestFile(path=name, size=path.stat().st_size, sha256=_sha256(path))
        for name, path in files.items()
    ]


def open_binary(path: Path) -> BinaryIO:
    """Open a file as the gate wants it."""
    return path.open("rb")


def copy_files(files: Mapping[str, Path], target: Path) -> None:
    """Copy the files to where they lie in a sandbox."""
    for name, path in files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target / name)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
