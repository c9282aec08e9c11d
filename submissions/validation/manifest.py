"""The list of a submission's files, checked before a byte of them is sent."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from submissions.validation.errors import Problems, SubmissionRefused
from submissions.validation.paths import PathTree, check_path
from submissions.validation.suffixes import check_suffix
from submissions.validation.text import shown, shown_bytes

LARGEST_SIZE = 2**53
"""Bytes; far above any competition's own limit."""
MANIFEST_HEAD = "podium manifest 1\n"
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLimits:
    """A competition's limits; sizes in bytes, suffixes in lower case with the dot."""

    max_bytes: int
    max_files: int
    max_file_bytes: int
    allowed_suffixes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestFile:
    """One announced file: its path in the submission, size in bytes, sha256 in hexadecimal."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Checked files in the order of their paths; ``sha256`` names the submission's content."""

    files: tuple[ManifestFile, ...]
    total_bytes: int
    sha256: str


def check_manifest(files: Sequence[ManifestFile], limits: UploadLimits) -> Manifest:
    """Check paths, types, counts and sizes of announced files.

    Raises:
        SubmissionRefused: naming each file and figure; status 413 where a limit is passed.
    """
    _check_count(len(files), limits)
    problems = Problems()
    tree = PathTree()
    sizes: dict[str, int] = {}
    for file in files:
        with problems.collecting():
            check_path(file.path)
            tree.add(file.path)
            _check_content(file, sizes)
            check_suffix(file.path, limits.allowed_suffixes)
            check_file_size(file.path, file.size, limits)
    problems.raise_any()
    total = sum(file.size for file in files)
    check_total(total, limits)
    ordered = tuple(sorted(files, key=_path_order))
    return Manifest(files=ordered, total_bytes=total, sha256=manifest_sha256(ordered))


def manifest_sha256(files: Iterable[ManifestFile]) -> str:
    """Return the digest of a submission's content: the same for any order of its files."""
    digest = hashlib.sha256(MANIFEST_HEAD.encode())
    for line in manifest_lines(files):
        digest.update(line.encode())
    return digest.hexdigest()


def manifest_lines(files: Iterable[ManifestFile]) -> Iterator[str]:
    """Yield the lines that are digested after ``MANIFEST_HEAD``, one for each file."""
    for file in sorted(files, key=_path_order):
        yield f"{file.sha256} {file.size} {file.path}\n"


def check_file_size(path: str, size: int, limits: UploadLimits) -> None:
    """Refuse a file above the limit of one file (``file_too_large``, status 413)."""
    if size > limits.max_file_bytes:
        raise SubmissionRefused(
            "file_too_large",
            f"{shown(path)} has {shown_bytes(size)}; one file may have at most "
            f"{shown_bytes(limits.max_file_bytes)}.",
            field=shown(path),
            status=413,
        )


def check_total(total: int, limits: UploadLimits) -> None:
    """Refuse a submission above the limit of all files (``submission_too_large``, status 413)."""
    if total > limits.max_bytes:
        raise SubmissionRefused(
            "submission_too_large",
            f"The files have {shown_bytes(total)} together; a submission may have at most "
            f"{shown_bytes(limits.max_bytes)}.",
            status=413,
        )


def _check_count(count: int, limits: UploadLimits) -> None:
    if count == 0:
        raise SubmissionRefused(
            "empty_submission",
            "There are no files. Choose the folder that holds config.json or model.onnx.",
        )
    if count > limits.max_files:
        raise SubmissionRefused(
            "too_many_files",
            f"There are {count} files; a submission may have at most {limits.max_files}.",
            status=413,
        )


def _check_content(file: ManifestFile, sizes: dict[str, int]) -> None:
    place = shown(file.path)
    if not _SHA256.match(file.sha256):
        raise SubmissionRefused(
            "bad_sha256", f"{place}: the sha256 must be 64 lower-case hex digits.", field=place
        )
    if not 0 <= file.size <= LARGEST_SIZE:
        raise SubmissionRefused(
            "bad_size", f"{place}: a size must lie between 0 and {LARGEST_SIZE} bytes.", field=place
        )
    if sizes.setdefault(file.sha256, file.size) != file.size:
        raise SubmissionRefused(
            "bad_size", f"{place}: another file has the same sha256 and another size.", field=place
        )


def _path_order(file: ManifestFile) -> bytes:
    return file.path.encode()
