"""Submissions from a browser: one zip, or the files of a chosen folder.

The server reads sizes and hashes itself and then takes the same way as the API. Nothing is
written to the database unless the whole submission is accepted; content that a refused one left
in the store is collected later (submissions/services/collect_garbage.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common import blobs
from common.blobs import Blob
from common.errors import DomainError
from competitions.models import Competition
from submissions.limits import check_may_submit, entered, upload_limits
from submissions.models import Submission
from submissions.services.uploads import open_upload, remember_received, submit_upload
from submissions.validation.archive import open_archive
from submissions.validation.errors import SubmissionRefused
from submissions.validation.folder import is_clutter, wrapper_of
from submissions.validation.manifest import check_file_size, check_total

Received = list[tuple[str, Blob]]


def submit_zip(*, competition: Competition, user: User, archive: BinaryIO) -> Submission:
    """Enter the content of a zip file (seekable; its one outer folder is taken off).

    Raises:
        Forbidden, Conflict, LimitExceeded: as in ``submissions.limits``.
        SubmissionRefused: the archive or a file in it breaks a rule.
    """
    check_may_submit(entered(user, competition), timezone.now())
    opened = open_archive(archive, upload_limits(competition))
    received = []
    for entry in opened:
        with opened.open(entry) as stream:
            received.append((entry.path, blobs.models.put(stream, max_bytes=entry.size)))
    return _enter(competition, user, received)


def submit_folder(
    *,
    competition: Competition,
    user: User,
    files: Sequence[UploadedFile[Any]],
    paths: Sequence[str],
) -> Submission:
    """Enter the files of a folder; ``paths`` are their relative paths, in the same order.

    Browsers send a chosen folder with its own name first; that and desktop clutter is taken off.

    Raises:
        DomainError: ``paths_mismatch``: not one path for each file.
        Forbidden, Conflict, LimitExceeded: as in ``submissions.limits``.
        SubmissionRefused: a file breaks a rule.
    """
    if len(files) != len(paths):
        raise DomainError(
            "paths_mismatch",
            f"There came {len(files)} files and {len(paths)} paths. Choose the folder again.",
        )
    check_may_submit(entered(user, competition), timezone.now())
    limits = upload_limits(competition)
    kept = list(_unwrapped(files, paths))
    for path, file in kept:
        check_file_size(path, file.size or 0, limits)
    check_total(sum(file.size or 0 for _, file in kept), limits)
    received = [
        (path, blobs.models.put(file, max_bytes=limits.max_file_bytes)) for path, file in kept
    ]
    return _enter(competition, user, received)


def _unwrapped(
    files: Sequence[UploadedFile[Any]], paths: Sequence[str]
) -> Iterator[tuple[str, UploadedFile[Any]]]:
    kept = [(path, file) for path, file in zip(paths, files, strict=True) if not is_clutter(path)]
    if not kept:
        raise SubmissionRefused(
            "empty_submission",
            "The folder holds no files. Choose the folder with config.json or model.onnx.",
        )
    wrapper = wrapper_of(path for path, _ in kept)
    cut = 0 if wrapper is None else len(wrapper) + 1
    for path, file in kept:
        yield path[cut:], file


def _enter(competition: Competition, user: User, received: Received) -> Submission:
    manifest = [{"path": path, "size": blob.size, "sha256": blob.sha256} for path, blob in received]
    with transaction.atomic():
        remember_received(user=user, received=[blob for _, blob in received])
        upload, _ = open_upload(competition=competition, user=user, files=manifest)
        return submit_upload(upload=upload)
