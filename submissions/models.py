"""A participant's files and their way to a verdict.

Every state moves through ``common.transitions.transition``; the tables below are the legal moves.
"""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from competitions.models import Competition, Participation, Phase, Task
from submissions.duplicate_models import DuplicatePair as DuplicatePair
from submissions.duplicate_models import DuplicateSearch as DuplicateSearch


def new_key() -> str:
    """Return a fresh secret for keyed hashes (256 bits, hexadecimal)."""
    return secrets.token_hex(32)


class ReceivedFile(models.Model):
    """A file that a user has sent: proof that they hold it, so it need not be sent again.

    Another user's equal file is stored once but must be sent by each: knowing a sha256 is no
    proof of having the file.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="received_files"
    )
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "sha256"], name="received_file_unique")
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class Upload(models.Model):
    """An announced set of files on its way in; it becomes a submission, or nothing.

    ``manifest`` is a list of ``{"path", "size", "sha256"}``, checked before a byte is sent.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        SUBMITTED = "submitted", "Submitted"
        EXPIRED = "expired", "Expired"

    TRANSITIONS = {
        State.OPEN: frozenset({State.SUBMITTED, State.EXPIRED}),
        State.SUBMITTED: frozenset[str](),
        State.EXPIRED: frozenset[str](),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participation = models.ForeignKey(
        Participation, on_delete=models.CASCADE, related_name="uploads"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads"
    )
    manifest = models.JSONField()
    state = models.CharField(
        max_length=12, choices=State.choices, default=State.OPEN, editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return str(self.id)


class Submission(models.Model):
    """One immutable set of model files entered by a participation."""

    class State(models.TextChoices):
        RECEIVED = "received", "Received"
        VALIDATING = "validating", "Checking files"
        QUEUED = "queued", "Waiting for a worker"
        RUNNING = "running", "Running"
        SCORING = "scoring", "Scoring"
        SCORED = "scored", "Scored"
        FAILED = "failed", "Failed"
        REFUSED = "refused", "Refused"
        CANCELLED = "cancelled", "Cancelled"

    TRANSITIONS = {
        State.RECEIVED: frozenset({State.VALIDATING, State.CANCELLED}),
        State.VALIDATING: frozenset({State.QUEUED, State.REFUSED, State.CANCELLED}),
        State.QUEUED: frozenset({State.RUNNING, State.CANCELLED}),
        State.RUNNING: frozenset({State.SCORING, State.QUEUED, State.FAILED, State.CANCELLED}),
        State.SCORING: frozenset({State.SCORED, State.FAILED, State.QUEUED}),
        State.SCORED: frozenset({State.QUEUED, State.SCORING}),
        State.FAILED: frozenset({State.QUEUED, State.SCORING}),
        State.REFUSED: frozenset[str](),
        State.CANCELLED: frozenset[str](),
    }
    ENDED = frozenset({State.SCORED, State.FAILED, State.REFUSED, State.CANCELLED})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="submissions"
    )
    phase = models.ForeignKey(
        Phase, on_delete=models.PROTECT, null=True, blank=True, related_name="submissions"
    )
    number = models.PositiveIntegerField(help_text="Counts up within the participation.")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        max_length=12, choices=State.choices, default=State.RECEIVED, editable=False
    )
    manifest_sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes in all files.")
    format = models.CharField(max_length=20, blank=True)
    parameters = models.PositiveBigIntegerField(null=True, blank=True)
    declared = models.JSONField(default=dict, blank=True)
    selected_final = models.BooleanField(default=False)
    state_since = models.DateTimeField(default=timezone.now, editable=False)
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    error_field = models.CharField(max_length=300, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "number"], name="submission_number_unique"
            ),
            models.UniqueConstraint(
                fields=["participation", "manifest_sha256"],
                condition=~Q(state="cancelled"),
                name="submission_content_unique",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="submission_not_empty"),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="submission_by_state")]

    def __str__(self) -> str:
        return f"{self.participation.display_name} #{self.number}"

    @property
    def competition(self) -> Competition:
        """The competition this was entered in."""
        return self.participation.competition


class SubmissionFile(models.Model):
    """One line of a submission's manifest; the bytes lie in the models store."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=300)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "path"], name="submission_file_path_unique"
            )
        ]

    def __str__(self) -> str:
        return self.path


class Run(models.Model):
    """One attempt to execute one submission in one sandbox on one worker.

    A worker that holds a run renews ``lease_until``; a run in state ``running`` whose lease has
    passed belongs to nobody and is queued again by the reconciler as a new attempt number.
    ``key`` seeds the per-run row ids and the shuffle; it never enters the sandbox. A run whose
    ``purpose`` is ``check`` moves no submission and gives no score (``submissions.determinism``).
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        LOST = "lost", "Lost"
        CANCELLED = "cancelled", "Cancelled"

    TRANSITIONS = {
        State.QUEUED: frozenset({State.RUNNING, State.CANCELLED, State.LOST}),
        State.RUNNING: frozenset({State.DONE, State.LOST, State.CANCELLED}),
        State.DONE: frozenset[str](),
        State.LOST: frozenset[str](),
        State.CANCELLED: frozenset[str](),
    }

    class Purpose(models.TextChoices):
        SCORE = "score", "To be scored"
        CHECK = "check", "To see whether it gives the same again"

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="runs")
    purpose = models.CharField(
        max_length=8, choices=Purpose.choices, default=Purpose.SCORE, editable=False
    )
    attempt = models.PositiveIntegerField()
    state = models.CharField(
        max_length=12, choices=State.choices, default=State.QUEUED, editable=False
    )
    key = models.CharField(max_length=64, default=new_key, editable=False)
    lease_token = models.CharField(max_length=64, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    worker = models.CharField(max_length=120, blank=True)
    backend = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    usage = models.JSONField(default=dict, blank=True)
    log_sha256 = models.CharField(max_length=64, blank=True)
    guarantees = models.JSONField(
        default=list, blank=True, help_text="What the worker had proved when it took the run."
    )
    environment = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text="Digests of what it was run with, and the machine (sandbox.identity).",
    )
    missing = models.JSONField(
        default=list, blank=True, help_text="What the last worker lacked that looked at the run."
    )
    smoke_outcome = models.CharField(max_length=20, blank=True)
    smoke_log_sha256 = models.CharField(max_length=64, blank=True)
    queued_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-attempt"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "attempt"], name="run_attempt_unique"),
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(state__in=["queued", "running"]),
                name="one_live_run_per_submission",
            ),
        ]
        indexes = [models.Index(fields=["state", "queued_at"], name="run_by_state")]

    def __str__(self) -> str:
        return f"run {self.attempt} of {self.submission}"


class RunTask(models.Model):
    """How one task went within a run. A failed task costs that task, not the run.

    ``error_message`` comes from a sandbox that held hidden rows: organizers alone read it.
    ``smoke_code`` and ``smoke_message`` come from the sandbox with public sample rows.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        RUNNING = "running", "Running"
        OK = "ok", "Predicted"
        FAILED = "failed", "Failed"

    TRANSITIONS = {
        State.PENDING: frozenset({State.RUNNING, State.OK, State.FAILED}),
        State.RUNNING: frozenset({State.OK, State.FAILED}),
        State.OK: frozenset[str](),
        State.FAILED: frozenset[str](),
    }

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="tasks")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.PENDING, editable=False
    )
    outcome = models.CharField(max_length=20, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    rate = models.FloatField(default=0, help_text="Rows a second.")
    report = models.JSONField(default=dict, blank=True)
    smoke_code = models.CharField(max_length=60, blank=True)
    smoke_message = models.TextField(blank=True)
    practice = models.JSONField(
        default=dict, blank=True, help_text="Score, confusion and explanations of public rows."
    )

    class Meta:
        ordering = ["task__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "task"], name="run_task_unique"),
            models.CheckConstraint(
                condition=Q(rows_done__lte=F("rows_total")), name="run_task_rows_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task.slug} in {self.run}"


class Predictions(models.Model):
    """What a run returned for one task: a bounded file, kept by its sha256, never changed.

    ``seal`` binds it to its attempt (submissions/seal.py); without a true one it is not scored.
    ``coded_sha256`` names what was read of it, kept small in the evidence store (scoring/coded.py),
    where codes say all; ``coded_seal`` binds the two to each other.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="predictions")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    dataset = models.ForeignKey(
        "competitions.DatasetVersion", on_delete=models.PROTECT, related_name="+"
    )
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    seal = models.CharField(max_length=64, blank=True, editable=False)
    coded_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    coded_seal = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "predictions"
        constraints = [
            models.UniqueConstraint(fields=["run", "task"], name="predictions_unique_per_run")
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class Worker(models.Model):
    """A process that runs submissions, with what its sandbox proved when it started.

    ``environments`` are those that it offers; ``withdrawn`` maps a guarantee that was declared and
    did not hold to what was seen.
    """

    name = models.CharField(max_length=120, unique=True)
    backend = models.CharField(max_length=40)
    queues = models.JSONField(default=list)
    held = models.JSONField(default=list)
    environments = models.JSONField(default=list)
    withdrawn = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return self.name


class DeterminismCheck(models.Model):
    """Whether a leading submission gives the same again, looked at before awards are published.

    ``running`` → ``same`` or ``differs`` (beyond ``tolerance`` points in a task, or a task that
    failed the second time); ``differs`` → ``accepted`` by an organizer, with a reason.
    ``original`` is the run that was scored, ``repeat`` the latest attempt at the second one.
    ``differences`` holds one object for each task, by slug (see ``submissions.determinism``).
    """

    class State(models.TextChoices):
        RUNNING = "running", "Runs again"
        SAME = "same", "Same within the tolerance"
        DIFFERS = "differs", "Differs"
        ACCEPTED = "accepted", "Differs, accepted"

    TRANSITIONS = {
        State.RUNNING: frozenset({State.SAME, State.DIFFERS}),
        State.SAME: frozenset[str](),
        State.DIFFERS: frozenset({State.ACCEPTED}),
        State.ACCEPTED: frozenset[str](),
    }

    submission = models.OneToOneField(
        Submission, on_delete=models.PROTECT, related_name="determinism_check"
    )
    original = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    repeat = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.RUNNING, editable=False
    )
    tolerance = models.FloatField(help_text="Points.")
    differences = models.JSONField(default=dict)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.submission}: {self.get_state_display()}"
