"""Scores, boards and awards: what is announced, with what it rests on.

Submissions live in the layer above; they are named here by lazy references only
(docs/decisions/0003-scores-name-submissions-lazily.md).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from competitions.models import Award, Competition, DatasetVersion, Participation, Task
from scoring.ceremony_models import Ceremony as Ceremony
from scoring.ceremony_models import Dispute as Dispute
from scoring.records import read_envelope
from scoring.rescoring_models import RescoredFinal as RescoredFinal
from scoring.rescoring_models import Rescoring as Rescoring
from scoring.rescoring_models import RescoringTask as RescoringTask


class Split(models.TextChoices):
    """Which test rows a score is about."""

    PUBLIC = "public", "Public"
    PRIVATE = "private", "Private"


class TaskScore(models.Model):
    """Raw value and points of one submission in one task on one split, by one scorer version.

    A failed task has ``failed`` set, no value, and 0 points. A score that names a ``rescoring``
    counts once that is published (``scoring.present_scores``).
    """

    submission = models.ForeignKey(
        "submissions.Submission", on_delete=models.PROTECT, related_name="task_scores"
    )
    predictions = models.ForeignKey(
        "submissions.Predictions",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="task_scores",
    )
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="scores")
    dataset = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="scores")
    split = models.CharField(max_length=8, choices=Split.choices)
    scorer_version = models.CharField(max_length=40)
    value = models.FloatField(null=True, blank=True)
    points = models.FloatField()
    rows = models.PositiveIntegerField()
    missing = models.PositiveIntegerField(default=0)
    failed = models.BooleanField(default=False)
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    details = models.JSONField(default=dict, blank=True)
    low = models.FloatField(null=True, blank=True, help_text="Points, 95 % interval.")
    high = models.FloatField(null=True, blank=True, help_text="Points, 95 % interval.")
    interval = models.JSONField(
        default=dict, blank=True, help_text="Method, resamples, seed, level and version."
    )
    evidence_sha256 = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="Statistics by row and resampled points, in the evidence store.",
    )
    rescoring = models.ForeignKey(
        Rescoring,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="task_scores",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["task__position", "split"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "task", "split", "dataset", "scorer_version"],
                name="task_score_unique",
            ),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=100), name="task_score_points_0_to_100"
            ),
            models.CheckConstraint(
                condition=Q(failed=False, value__isnull=False) | Q(failed=True, points=0),
                name="task_score_failed_means_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task.slug} {self.split}: {self.points:.2f}"


class FinalScore(models.Model):
    """Task points on one split, put together by the competition's rule (0 to 100).

    ``told`` is about the public split. ``guard`` holds digits that nobody may see before the close.
    """

    submission = models.ForeignKey(
        "submissions.Submission", on_delete=models.PROTECT, related_name="final_scores"
    )
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="final_scores"
    )
    split = models.CharField(max_length=8, choices=Split.choices)
    points = models.FloatField()
    rule_version = models.CharField(max_length=40)
    low = models.FloatField(null=True, blank=True, help_text="Points, 95 % interval.")
    high = models.FloatField(null=True, blank=True, help_text="Points, 95 % interval.")
    interval = models.JSONField(
        default=dict, blank=True, help_text="Method, resamples, seeds, level and version."
    )
    told = models.BooleanField(
        default=True, help_text="Whether public numbers are told before the close (the Ladder)."
    )
    guard = models.JSONField(
        default=dict, blank=True, editable=False, help_text="Why the Ladder told them or not."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "split"], name="final_score_unique"),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=100), name="final_score_0_to_100"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.split}: {self.points:.2f}"


class LeaderboardEntry(models.Model):
    """The stored row of one participation on one board; ``rank`` is empty for baselines."""

    competition = models.ForeignKey(
        Competition, on_delete=models.CASCADE, related_name="leaderboard_entries"
    )
    participation = models.ForeignKey(
        Participation, on_delete=models.CASCADE, related_name="leaderboard_entries"
    )
    submission = models.ForeignKey(
        "submissions.Submission", on_delete=models.PROTECT, related_name="leaderboard_entries"
    )
    board = models.CharField(max_length=8, choices=Split.choices)
    rank = models.PositiveIntegerField(null=True, blank=True)
    final_score = models.FloatField(null=True, blank=True)
    tasks = models.JSONField(
        default=dict, help_text='{slug: {"value", "points", "failed"}} of the counting submission.'
    )
    low = models.FloatField(null=True, blank=True, help_text="Points, 95 % interval.")
    high = models.FloatField(null=True, blank=True, help_text="Points, 95 % interval.")
    rank_best = models.PositiveIntegerField(null=True, blank=True)
    rank_worst = models.PositiveIntegerField(null=True, blank=True)
    p_next = models.FloatField(
        null=True, blank=True, help_text="Of the paired test against the next, Holm-corrected."
    )
    public_rank = models.PositiveIntegerField(
        null=True, blank=True, help_text="On the private board: the rank on the public one."
    )
    secondary = models.JSONField(
        default=dict, blank=True, help_text='{"win_rate": 0 to 1, "borda": points}, where asked.'
    )
    submitted_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "leaderboard entries"
        ordering = [models.F("rank").asc(nulls_last=True), "submitted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["competition", "board", "participation"],
                name="leaderboard_entry_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.participation.display_name}"


class BoardStatistics(models.Model):
    """What rank sets, tests and differences of one board rest on.

    ``entries_sha256`` is the digest of the submissions and scores they were computed from: another
    one means that the board has changed since, and that a new computation is on its way.
    ``facts`` holds method, resamples, seeds, level, version, the critical value of the rank sets,
    and for each task its rows and minimum detectable difference in points.
    """

    competition = models.ForeignKey(
        Competition, on_delete=models.CASCADE, related_name="board_statistics"
    )
    board = models.CharField(max_length=8, choices=Split.choices)
    entries_sha256 = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)
    computed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "board statistics"
        constraints = [
            models.UniqueConstraint(fields=["competition", "board"], name="board_statistics_unique")
        ]

    def __str__(self) -> str:
        return f"{self.competition.slug}: {self.board}"


class AwardGrant(models.Model):
    """Who got an award, frozen and signed: ``envelope`` is the DSSE envelope of the statement."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="grants")
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="award_grants"
    )
    submission = models.ForeignKey(
        "submissions.Submission", on_delete=models.PROTECT, related_name="award_grants"
    )
    rank = models.PositiveIntegerField("place")
    last_place = models.PositiveIntegerField(
        null=True, blank=True, help_text="Where a divided prize is for several places."
    )
    points = models.FloatField(null=True, blank=True)
    amount = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text="Of the prize's money."
    )
    reason = models.TextField()
    envelope = models.JSONField(default=dict, editable=False)
    key_id = models.CharField(max_length=64)
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["award", "rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["award", "participation"], name="award_grant_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.award.title}: {self.participation.display_name}"

    @property
    def statement(self) -> dict[str, Any]:
        """What was signed."""
        return read_envelope(self.envelope).statement


class ScoreRecord(models.Model):
    """The signed statement behind a task score: ``envelope`` is its DSSE envelope."""

    task_score = models.OneToOneField(TaskScore, on_delete=models.PROTECT, related_name="record")
    envelope = models.JSONField(default=dict, editable=False)
    key_id = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"record of {self.task_score}"

    @property
    def statement(self) -> dict[str, Any]:
        """What was signed."""
        return read_envelope(self.envelope).statement
