"""What an organizer publishes, and who takes part.

Legal states of a competition: ``draft`` → ``published`` → ``closed``. Everything that changes a
result is fixed once the competition is published; datasets change only by new versions.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from competitions.award_models import Award as Award
from competitions.award_models import Nomination as Nomination
from competitions.award_models import Ruling as Ruling
from competitions.kinds import get_kind

GIB = 1024**3


def new_key() -> str:
    """Return a fresh secret for keyed hashes (256 bits, hexadecimal)."""
    return secrets.token_hex(32)


def default_formats() -> list[str]:
    """Formats whose inference code is the platform's own."""
    return ["transformers", "onnx"]


class Competition(models.Model):
    """Rules, phases, tasks, awards and limits under one address."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        CLOSED = "closed", "Closed"

    TRANSITIONS = {
        State.DRAFT: frozenset({State.PUBLISHED}),
        State.PUBLISHED: frozenset({State.CLOSED}),
        State.CLOSED: frozenset[str](),
    }

    class Dtype(models.TextChoices):
        FLOAT32 = "float32", "float32"
        BFLOAT16 = "bfloat16", "bfloat16"

    class Aggregation(models.TextChoices):
        MEAN = "mean", "Weighted mean of the tasks"
        CATEGORY_MEAN = "category_mean", "Mean of category means"
        GEOMETRIC_MEAN = "geometric_mean", "Weighted geometric mean"
        INTERQUARTILE_MEAN = "interquartile_mean", "Interquartile mean of the tasks"

    class Replay(models.TextChoices):
        ORGANIZERS = "organizers", "Organizers only"
        PREDICTIONS = "predictions", "Predictions and keys, for everybody"
        LABELS = "labels", "Predictions, keys and labels, for everybody"

    class Guard(models.TextChoices):
        NONE = "none", "Every score is shown"
        ROUNDING = "rounding", "Shown scores are rounded to a step"
        LADDER = "ladder", "Only clear improvements are shown (the Ladder)"

    slug = models.SlugField(unique=True, max_length=60, help_text="Part of the address.")
    title = models.CharField(max_length=120)
    tagline = models.CharField(max_length=200, blank=True, help_text="One sentence for the list.")
    overview = models.TextField(blank=True, help_text="Markdown.")
    rules = models.TextField(blank=True, help_text="Markdown. Participants accept them to join.")
    state = models.CharField(
        max_length=12, choices=State.choices, default=State.DRAFT, editable=False
    )
    organizers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="organized_competitions", blank=True
    )
    allowed_formats = models.JSONField(default=default_formats)
    dtype = models.CharField(
        max_length=10,
        choices=Dtype.choices,
        default=Dtype.FLOAT32,
        help_text="Number type of inference, the same for everybody.",
    )
    public_fraction = models.FloatField(
        default=0.3,
        validators=[MinValueValidator(0.05), MaxValueValidator(0.95)],
        help_text="Share of the test rows behind the public board; the rest decides at the close.",
    )
    split_key = models.CharField(max_length=64, default=new_key, editable=False)
    required_guarantees = models.JSONField(
        default=list,
        blank=True,
        help_text="Names of competitions.guarantees; empty: the recommended set for the formats.",
    )

    aggregation = models.CharField(
        "final score",
        max_length=20,
        choices=Aggregation.choices,
        default=Aggregation.MEAN,
        help_text="How the points of the tasks become the final score.",
    )
    secondary_columns = models.JSONField(
        default=list,
        blank=True,
        help_text="Columns beside the final score that depend on who else takes part.",
    )
    board_guard = models.CharField(
        "guard of the public board",
        max_length=10,
        choices=Guard.choices,
        default=Guard.NONE,
        help_text="Keeps participants from fitting the public rows by many submissions.",
    )
    gate_entries = models.PositiveSmallIntegerField(
        "leading entries to run again",
        default=0,
        help_text="After the close and before awards: how many places are run a second time.",
    )
    gate_tolerance = models.FloatField(
        "tolerated difference (points)",
        default=0.01,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="A second run that differs by more in any task is shown to you.",
    )
    guard_step = models.FloatField(
        "step of rounding (points)",
        default=0.5,
        validators=[MinValueValidator(0.01), MaxValueValidator(10)],
    )
    details_public = models.BooleanField(
        "details while it runs",
        default=False,
        help_text="Show participants slices, calibration and robustness on public rows before the "
        "close. Each finer number tells a little more of the hidden answers.",
    )

    dispute_days = models.PositiveSmallIntegerField(
        "days for disputes",
        default=0,
        validators=[MaxValueValidator(90)],
        help_text="For so long after the close results are provisional, and participants can "
        "dispute them. 0: the awards are granted at the close.",
    )
    verified_address_required = models.BooleanField(
        "a confirmed e-mail address",
        default=False,
        help_text="Of every member of a team.",
    )
    declared_data_required = models.BooleanField(
        "declared training data",
        default=False,
        help_text="The counting submission's submission.yaml says what it was trained on "
        "(training_data).",
    )

    replay = models.CharField(
        "files for replay",
        max_length=12,
        choices=Replay.choices,
        default=Replay.ORGANIZERS,
        editable=False,
        help_text="Who may download, after the close, what scores are computed from.",
    )

    max_upload_bytes = models.PositiveBigIntegerField("upload limit (bytes)", default=2 * GIB)
    max_files = models.PositiveIntegerField("files per submission", default=200)
    memory_bytes = models.PositiveBigIntegerField("memory per run (bytes)", default=4 * GIB)
    cpus = models.FloatField("CPU cores per run", default=2)
    gpus = models.PositiveSmallIntegerField("GPUs per run", default=0)
    task_seconds = models.PositiveIntegerField("seconds per task", default=600)
    total_seconds = models.PositiveIntegerField("seconds per run", default=3600)

    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    baseline_scored_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When an organizer's entry got a score."
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(public_fraction__gt=0, public_fraction__lt=1),
                name="competition_public_fraction_within_0_and_1",
            ),
            models.CheckConstraint(
                condition=Q(
                    max_upload_bytes__gt=0,
                    max_files__gt=0,
                    memory_bytes__gt=0,
                    cpus__gt=0,
                    task_seconds__gt=0,
                    total_seconds__gte=F("task_seconds"),
                ),
                name="competition_limits_positive",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "published", "closed"]),
                name="competition_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False),
                name="competition_closed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Phase(models.Model):
    """A time window of a competition with its own limits; windows of one competition may touch."""

    competition = models.ForeignKey(Competition, on_delete=models.CASCADE, related_name="phases")
    slug = models.SlugField(max_length=40)
    title = models.CharField(max_length=80)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    daily_limit = models.PositiveIntegerField("submissions per day", default=5)
    total_limit = models.PositiveIntegerField("submissions in all", default=100)
    concurrent_limit = models.PositiveIntegerField("submissions at once", default=2)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "slug"], name="phase_slug_unique"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="phase_ends_after_start",
                violation_error_message="A phase must end after it starts.",
            ),
            models.CheckConstraint(
                condition=Q(daily_limit__gt=0, total_limit__gt=0, concurrent_limit__gt=0),
                name="phase_limits_positive",
                violation_error_message="Limits must be 1 or more.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Task(models.Model):
    """One hidden test set with one primary metric and a weight."""

    class Track(models.TextChoices):
        PREDICT = "predict", "Predict: the submission brings its head"
        PROBE = "probe", "Probe: embeddings from the model, a fixed classifier on top"
        FINETUNE = "finetune", "Fine-tune: one recipe for all, on the train split"
        PROMPT = "prompt", "Prompt: a generative model, a fixed template"

    class Pooling(models.TextChoices):
        MEAN = "mean", "Mean over tokens"
        CLS = "cls", "First token"
        MODEL = "model", "As the model folder says"

    competition = models.ForeignKey(Competition, on_delete=models.CASCADE, related_name="tasks")
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True, help_text="Markdown.")
    kind = models.CharField(max_length=40)
    track = models.CharField(max_length=12, choices=Track.choices, default=Track.PREDICT)
    metric = models.CharField(max_length=40)
    weight = models.FloatField(default=1.0)
    category = models.CharField(
        max_length=40, blank=True, help_text="For a final score that is a mean of category means."
    )
    labels = models.JSONField(
        default=list, blank=True, help_text="Class names in order, for classification."
    )
    settings = models.JSONField(
        default=dict, blank=True, help_text="What the kind and the track let a task set."
    )
    pooling = models.CharField(max_length=8, choices=Pooling.choices, default=Pooling.MODEL)
    max_length = models.PositiveIntegerField("longest input in tokens", default=256)
    baseline = models.FloatField(
        null=True, blank=True, help_text="Raw value worth 0 points (unbounded metrics)."
    )
    ceiling = models.FloatField(
        null=True, blank=True, help_text="Raw value worth 100 points (unbounded metrics)."
    )
    position = models.PositiveSmallIntegerField(default=0)
    dataset = models.ForeignKey(
        "DatasetVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="current_of",
        editable=False,
        help_text="The version that counts now.",
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "slug"], name="task_slug_unique"),
            models.CheckConstraint(
                condition=Q(weight__gt=0),
                name="task_weight_positive",
                violation_error_message="The weight must be above 0.",
            ),
            models.CheckConstraint(condition=Q(max_length__gt=0), name="task_max_length_positive"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that count: those listed, or those that the kind brings."""
        return get_kind(self.kind).classes(self.labels)

    @property
    def needs_platform_code(self) -> bool:
        """Whether only formats may enter whose inference code is the platform's own.

        A participant's program could write any bits per byte, and bring a model that it
        fine-tuned at home.
        """
        return get_kind(self.kind).platform_code or self.track == self.Track.FINETUNE

    @property
    def settings_in_force(self) -> dict[str, Any]:
        """Every setting of its kind and track: what the task gives, else the default."""
        return get_kind(self.kind).all_settings(self.track, self.settings)


INPUT_BLOBS = ("inputs_sha256", "train_sha256", "files_sha256", "train_files_sha256")
"""The columns of a dataset version that name blobs of the inputs store."""


class DatasetVersion(models.Model):
    """An immutable, checksummed set of inputs, labels and an optional train split.

    The columns name blobs: ``labels`` in the label store, which no infer worker reads, and no web
    page before the organizers release them after the close; all others in the inputs store.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="dataset_versions")
    number = models.PositiveIntegerField()
    inputs_sha256 = models.CharField(max_length=64)
    labels_sha256 = models.CharField(max_length=64)
    train_sha256 = models.CharField(max_length=64, blank=True)
    files_sha256 = models.CharField(
        max_length=64, blank=True, help_text="A zip of the files that rows refer to."
    )
    train_files_sha256 = models.CharField(
        max_length=64, blank=True, help_text="A zip of those of the train split alone."
    )
    rows = models.PositiveIntegerField()
    train_rows = models.PositiveIntegerField(default=0)
    facts = models.JSONField(default=dict, help_text="Counts that are safe to show.")
    note = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="dataset_version_unique"),
            models.CheckConstraint(condition=Q(rows__gt=0), name="dataset_version_has_rows"),
        ]

    def __str__(self) -> str:
        return f"{self.task.slug} v{self.number}"


class Team(models.Model):
    """People who enter one competition together."""

    competition = models.ForeignKey(Competition, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=60)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="teams", through="TeamMember"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "name"], name="team_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """One person in one team; in one competition a person is in one team at most."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    competition = models.ForeignKey(Competition, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["competition", "user"], name="one_team_per_person_and_competition"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.team_id}"


class Participation(models.Model):
    """One user or one team entered in one competition, with the rules accepted."""

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        WITHDRAWN = "withdrawn", "Withdrawn"
        DISQUALIFIED = "disqualified", "Disqualified"

    TRANSITIONS = {
        State.ACTIVE: frozenset({State.WITHDRAWN, State.DISQUALIFIED}),
        State.WITHDRAWN: frozenset({State.ACTIVE}),
        State.DISQUALIFIED: frozenset({State.ACTIVE}),
    }

    competition = models.ForeignKey(
        Competition, on_delete=models.PROTECT, related_name="participations"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="participations",
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="participations"
    )
    state = models.CharField(
        max_length=14, choices=State.choices, default=State.ACTIVE, editable=False
    )
    is_baseline = models.BooleanField(
        default=False, help_text="An organizer's entry: shown, never ranked, wins nothing."
    )
    rules_accepted_at = models.DateTimeField()
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["joined_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, team__isnull=True)
                | Q(user__isnull=True, team__isnull=False),
                name="participation_is_a_user_or_a_team",
            ),
            models.UniqueConstraint(
                fields=["competition", "user"], name="participation_unique_per_user"
            ),
            models.UniqueConstraint(
                fields=["competition", "team"], name="participation_unique_per_team"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name that boards show."""
        if self.team is not None:
            return self.team.name
        return self.user.username if self.user else "—"
