"""The way of a model into the platform: announce the files, send the missing ones, submit.

Everything that can refuse a submission is checked before a byte is sent and again, under the lock
of the participation, when it is entered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from common import blobs
from common.blobs import Blob, ChecksumMismatch, Readable
from common.errors import Conflict, LimitExceeded, NotFound
from common.transitions import LostRace, transition
from competitions.models import Competition, Participation
from submissions import queue
from submissions.limits import (
    check_may_submit,
    check_new_content,
    entered,
    shown_time,
    upload_limits,
)
from submissions.models import ReceivedFile, Submission, SubmissionFile, Upload
from submissions.validation.errors import SubmissionRefused
from submissions.validation.manifest import (
    Manifest,
    ManifestFile,
    check_manifest,
    manifest_sha256,
)
from submissions.validation.text import shown

LIFETIME = timedelta(hours=24)
# Bounds what one person can leave lying here without ever submitting it.
MOST_OPEN_UPLOADS = 20


def open_upload(
    *, competition: Competition, user: User, files: Sequence[Mapping[str, Any]]
) -> tuple[Upload, list[str]]:
    """Announce ``files`` (``{"path", "size", "sha256"}``); return the upload and what to send.

    An open upload of the same files is taken up again, so an interrupted one can go on.

    Raises:
        Forbidden, Conflict, LimitExceeded: as in ``submissions.limits``.
        SubmissionRefused: the files break a rule.
    """
    participation = entered(user, competition)
    manifest = check_manifest([ManifestFile(**file) for file in files], upload_limits(competition))
    _refuse_empty(manifest)
    with transaction.atomic():
        participation = lock_participation(participation)
        check_may_submit(participation, timezone.now())
        check_new_content(participation, manifest.sha256)
        upload = _open(participation, user, manifest)
        if any(file.size == 0 for file in manifest.files):
            # Many clients can't send an empty body with its length; nobody needs to.
            remember_received(user=user, received=[blobs.models.put_bytes(b"")])
    return upload, missing_files(upload)


def missing_files(upload: Upload) -> list[str]:
    """Return the sha256 of each announced file that its user has yet to send, in order.

    A file counts as sent when this user has sent it before with the announced size, and it still
    lies in the store.
    """
    wanted = {file["sha256"]: file["size"] for file in upload.manifest}
    known = ReceivedFile.objects.filter(user=upload.user_id, sha256__in=wanted)
    sent = dict(known.values_list("sha256", "size"))
    return [
        sha256
        for sha256, size in wanted.items()
        if sent.get(sha256) != size or not blobs.models.exists(sha256)
    ]


def receive_file(*, upload: Upload, sha256: str, stream: Readable, length: int) -> Blob:
    """Take one announced file of ``length`` bytes, read with flat memory; nothing half is kept.

    Raises:
        Conflict: ``upload_expired`` or ``upload_submitted``.
        NotFound: ``file_not_announced``.
        ChecksumMismatch: ``length`` (before anything is read) or the content is another.
    """
    _check_open(upload)
    expected = _announced(upload, sha256)
    if length != expected.size:
        raise ChecksumMismatch(
            "checksum_mismatch",
            f"The file has {length} bytes, announced were {expected.size}. Nothing was read.",
        )
    blob = blobs.models.put(stream, max_bytes=expected.size, expected=expected)
    remember_received(user=upload.user, received=[blob])
    return blob


def remember_received(*, user: User, received: Iterable[Blob]) -> None:
    """Note that ``user`` has sent these files whole."""
    ReceivedFile.objects.bulk_create(
        [ReceivedFile(user=user, sha256=blob.sha256, size=blob.size) for blob in received],
        ignore_conflicts=True,
    )


def submit_upload(*, upload: Upload) -> Submission:
    """Enter an upload whose files have all arrived, and ask for its check.

    Raises:
        Conflict: ``upload_expired``, ``upload_submitted``, ``files_missing``, or as in
            ``submissions.limits``.
        Forbidden, LimitExceeded: as in ``submissions.limits``.
    """
    _check_open(upload)
    _check_complete(upload)
    now = timezone.now()
    with transaction.atomic():
        participation = lock_participation(upload.participation)
        entered(upload.user, participation.competition)
        upload = Upload.objects.select_for_update().get(pk=upload.pk)
        _check_state(upload)
        phase = check_may_submit(participation, now)
        files = [ManifestFile(**file) for file in upload.manifest]
        check_new_content(participation, manifest_sha256(files))
        submission = Submission.objects.create(
            participation=participation,
            phase=phase,
            number=_next_number(participation),
            submitted_by=upload.user,
            manifest_sha256=manifest_sha256(files),
            size=sum(file.size for file in files),
        )
        SubmissionFile.objects.bulk_create(
            SubmissionFile(
                submission=submission, path=file.path, size=file.size, sha256=file.sha256
            )
            for file in files
        )
        transition(upload, Upload.State.OPEN, Upload.State.SUBMITTED)
        queue.enqueue_validate(submission)
    return submission


def lock_participation(participation: Participation) -> Participation:
    """Lock what quotas are counted by, until the transaction ends; return it as it is now.

    The competition is locked too, so that it can't close between the check and the entry.
    PostgreSQL locks the rows (weakly enough for others to refer to them); SQLite has locked the
    whole database with ``BEGIN IMMEDIATE``.
    """
    locked = Participation.objects.select_for_update(of=("self", "competition"), no_key=True)
    return locked.select_related("competition").get(pk=participation.pk)


def _open(participation: Participation, user: User, manifest: Manifest) -> Upload:
    now = timezone.now()
    listed = [
        {"path": file.path, "size": file.size, "sha256": file.sha256} for file in manifest.files
    ]
    waiting = participation.uploads.filter(user=user, state=Upload.State.OPEN, expires_at__gt=now)
    for upload in waiting:
        if upload.manifest == listed:
            upload.expires_at = now + LIFETIME
            upload.save(update_fields=["expires_at"])
            return upload
    if len(waiting) >= MOST_OPEN_UPLOADS:
        first = min(upload.expires_at for upload in waiting)
        raise LimitExceeded(
            "open_uploads_limit",
            f"You have {len(waiting)} unfinished uploads here. Finish one, or wait until "
            f"{shown_time(first)}, when the first of them expires.",
        )
    return Upload.objects.create(
        participation=participation, user=user, manifest=listed, expires_at=now + LIFETIME
    )


def _refuse_empty(manifest: Manifest) -> None:
    if manifest.total_bytes == 0:
        raise SubmissionRefused("empty_submission", "All files are empty.")


def _check_open(upload: Upload) -> None:
    if upload.state == Upload.State.OPEN and upload.expires_at <= timezone.now():
        try:
            transition(upload, Upload.State.OPEN, Upload.State.EXPIRED)
        except LostRace:
            upload.refresh_from_db(fields=["state"])
    _check_state(upload)


def _check_state(upload: Upload) -> None:
    if upload.state == Upload.State.EXPIRED:
        raise Conflict(
            "upload_expired",
            f"This upload expired on {shown_time(upload.expires_at)}. Open a new one; files that "
            "arrived are not sent again.",
        )
    if upload.state == Upload.State.SUBMITTED:
        raise Conflict("upload_submitted", "This upload was submitted already.")


def _announced(upload: Upload, sha256: str) -> Blob:
    for file in upload.manifest:
        if file["sha256"] == sha256:
            return Blob(sha256=sha256, size=file["size"])
    raise NotFound("file_not_announced", "This upload has announced no file with that sha256.")


def _check_complete(upload: Upload) -> None:
    missing = set(missing_files(upload))
    if not missing:
        return
    paths = [file["path"] for file in upload.manifest if file["sha256"] in missing]
    named = ", ".join(shown(path) for path in paths[:3])
    rest = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    raise Conflict("files_missing", f"These files have not arrived: {named}{rest}. Send them.")


def _next_number(participation: Participation) -> int:
    last: int | None = participation.submissions.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1
