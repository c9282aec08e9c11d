"""All scores of a competition made anew at once: computed aside, looked at, then swapped.

Scores of a rescoring are rows of ``TaskScore`` that name it, and count for nothing until it is
published (``scoring.present_scores``).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from competitions.models import Competition, DatasetVersion, Participation, Task


class Rescoring(models.Model):
    """``computing`` → ``ready`` → ``publishing`` → ``published``, or ``discarded``.

    ``failed`` where stored predictions can't be read; it may begin again. Another version of
    labels sends it back to ``computing``. ``round`` counts how often it began: a worker of an
    earlier round writes nothing. ``preview`` is what publishing would change
    (``scoring.services.swap_rescoring``), and ``before`` are the boards as they were told until it
    was published.
    """

    class State(models.TextChoices):
        COMPUTING = "computing", "Computing"
        READY = "ready", "Ready to publish"
        PUBLISHING = "publishing", "Publishing"
        PUBLISHED = "published", "Published"
        DISCARDED = "discarded", "Discarded"
        FAILED = "failed", "Failed"

    TRANSITIONS = {
        State.COMPUTING: frozenset({State.COMPUTING, State.READY, State.FAILED, State.DISCARDED}),
        State.READY: frozenset({State.COMPUTING, State.PUBLISHING, State.DISCARDED}),
        State.PUBLISHING: frozenset({State.PUBLISHED, State.READY, State.FAILED}),
        State.FAILED: frozenset({State.COMPUTING, State.DISCARDED}),
        State.PUBLISHED: frozenset[str](),
        State.DISCARDED: frozenset[str](),
    }
    WORKING = (State.COMPUTING, State.PUBLISHING)
    OPEN = (*WORKING, State.READY, State.FAILED)

    competition = models.ForeignKey(
        Competition, on_delete=models.PROTECT, related_name="rescorings"
    )
    state = models.CharField(
        max_length=12, choices=State.choices, default=State.COMPUTING, editable=False
    )
    round = models.PositiveIntegerField(default=1, editable=False)
    note = models.TextField(
        blank=True,
        help_text="Why: participants read it once it is published. Before, notes of organizers.",
    )
    problem = models.TextField(blank=True, editable=False)
    done = models.PositiveIntegerField(default=0, editable=False)
    total = models.PositiveIntegerField(default=0, editable=False)
    preview = models.JSONField(default=dict, editable=False)
    before = models.JSONField(default=dict, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        app_label = "scoring"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["competition"],
                condition=Q(state__in=["computing", "ready", "publishing", "failed"]),
                name="one_open_rescoring",
            )
        ]

    def __str__(self) -> str:
        return f"{self.competition.title}: {self.get_state_display()}"

    @property
    def is_working(self) -> bool:
        """Whether a score worker has something to do for it."""
        return self.state in self.WORKING


class RescoringTask(models.Model):
    """On which labels a task is scored again; ``before`` is the version that counted."""

    rescoring = models.ForeignKey(Rescoring, on_delete=models.CASCADE, related_name="targets")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    dataset = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="+")
    before = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "scoring"
        ordering = ["task__position", "task_id"]
        constraints = [
            models.UniqueConstraint(fields=["rescoring", "task"], name="rescoring_task_unique")
        ]

    def __str__(self) -> str:
        return f"{self.task.slug}: v{self.before.number} → v{self.dataset.number}"


class RescoredFinal(models.Model):
    """The final score of a submission on one split that a rescoring puts in place of another.

    ``run`` is the run whose predictions were scored: a later one makes this one void. ``old_*`` are
    written when it is published, so that the old score stays readable.
    """

    rescoring = models.ForeignKey(Rescoring, on_delete=models.CASCADE, related_name="finals")
    submission = models.ForeignKey(
        "submissions.Submission", on_delete=models.PROTECT, related_name="+"
    )
    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(
        "submissions.Run", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    split = models.CharField(max_length=8)
    points = models.FloatField()
    rule_version = models.CharField(max_length=40)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    interval = models.JSONField(default=dict, blank=True)
    old_points = models.FloatField(null=True, blank=True)
    old_low = models.FloatField(null=True, blank=True)
    old_high = models.FloatField(null=True, blank=True)
    old_rule_version = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "scoring"
        constraints = [
            models.UniqueConstraint(
                fields=["rescoring", "submission", "split"], name="rescored_final_unique"
            ),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=100), name="rescored_final_0_to_100"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.split}: {self.points:.2f}"
