"""Submissions from a browser as one zip; the files of a chosen folder come through the API.

The server reads sizes and hashes itself and then takes the same way as the API. Nothing is
written to the database unless the whole submission is accepted; content that a refused one left
in the store is collected later (submissions/services/collect_garbage.py).
"""

from __future__ import annotations

from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common import blobs
from common.blobs import Blob
from competitions.models import Competition
from submissions.limits import check_may_submit, entered, upload_limits
from submissions.models import Submission
from submissions.services.uploads import open_upload, remember_received, submit_upload
from submissions.validation.archive import open_archive

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


def _enter(competition: Competition, user: User, received: Received) -> Submission:
    manifest = [{"path": path, "size": blob.size, "sha256": blob.sha256} for path, blob in received]
    with transaction.atomic():
        remember_received(user=user, received=[blob for _, blob in received])
        upload, _ = open_upload(competition=competition, user=user, files=manifest)
        return submit_upload(upload=upload)
