"""Check a submission's files: claim it, look at bounded headers, record facts or the refusal."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils import timezone

from common import blobs
from common.transitions import LostRace, transition
from submissions.lease import lease_end, unleased
from submissions.models import Submission
from submissions.steps.infer import queue_run
from submissions.validation.errors import SubmissionRefused
from submissions.validation.gate import SubmissionFacts, validate_submission
from submissions.validation.manifest import Manifest, ManifestFile

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check found: facts, or the reason of a refusal."""

    facts: SubmissionFacts | None
    refusal: SubmissionRefused | None


def claim_submission(*, submission_id: str) -> Submission | None:
    """Take a received submission (or one whose checker died); None when it is not ours."""
    now = timezone.now()
    submissions = Submission.objects.select_related("participation__competition")
    submission = submissions.filter(pk=submission_id).first()
    if submission is None:
        return None
    try:
        transition(
            submission,
            Submission.State.RECEIVED,
            Submission.State.VALIDATING,
            lease_until=lease_end(now),
        )
    except LostRace:
        return submission if _take_over(submission) else None
    return submission


def _take_over(submission: Submission) -> bool:
    now = timezone.now()
    stale = unleased(now)
    taken = Submission.objects.filter(
        stale, pk=submission.pk, state=Submission.State.VALIDATING
    ).update(lease_until=lease_end(now))
    submission.refresh_from_db()
    return bool(taken)


def check_files(submission: Submission) -> Checked:
    """Run the upload gate over the stored files."""
    competition = submission.participation.competition
    listed = [
        ManifestFile(path=each.path, size=each.size, sha256=each.sha256)
        for each in submission.files.all()
    ]
    try:
        facts = validate_submission(
            {file.path: partial(blobs.models.open, file.sha256) for file in listed},
            manifest=Manifest(
                files=tuple(listed),
                total_bytes=submission.size,
                sha256=submission.manifest_sha256,
            ),
            allowed_formats=competition.allowed_formats,
            task_slugs=[task.slug for task in competition.tasks.all()],
        )
    except SubmissionRefused as refusal:
        return Checked(facts=None, refusal=refusal)
    return Checked(facts=facts, refusal=None)


def record(submission: Submission, checked: Checked) -> None:
    """Queue the first run, or write down why the submission is refused."""
    try:
        with transaction.atomic():
            if checked.facts is not None:
                _accept(submission, checked.facts)
            elif checked.refusal is not None:
                _refuse(submission, checked.refusal)
    except LostRace as lost:
        logger.info("%s", lost)


def _accept(submission: Submission, facts: SubmissionFacts) -> None:
    transition(
        submission,
        Submission.State.VALIDATING,
        Submission.State.QUEUED,
        lease_until=None,
        format=facts.format,
        parameters=facts.parameters,
        declared=facts.declared.as_dict(),
    )
    queue_run(submission=submission, attempt=submission.runs.count() + 1)


def _refuse(submission: Submission, refusal: SubmissionRefused) -> None:
    transition(
        submission,
        Submission.State.VALIDATING,
        Submission.State.REFUSED,
        lease_until=None,
        ended_at=timezone.now(),
        error_code=refusal.code[:60],
        error_message=refusal.message[:4000],
        error_field=(refusal.field or "")[:300],
    )
