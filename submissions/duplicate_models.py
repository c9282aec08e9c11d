"""Entries that look like one another's, as found for organizers, and what they made of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from competitions.models import Competition


class DuplicateSearch(models.Model):
    """The comparison of a competition's entries: asked for last, and made last.

    It is pending while ``computed_at`` is not after ``asked_at``; a score worker that makes it
    holds ``lease_until``. ``done`` of ``total`` sets of answers are read. ``entries`` were compared
    last, and ``left_out`` pairs were found beyond those that are kept.
    """

    competition = models.OneToOneField(
        Competition, on_delete=models.CASCADE, related_name="duplicate_search"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    entries = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField(null=True, blank=True)

    PENDING = Q(computed_at=None) | Q(computed_at__lte=F("asked_at"))

    def __str__(self) -> str:
        return f"Comparison of the entries of {self.competition}"

    @property
    def is_pending(self) -> bool:
        """Whether it was asked for and is not made yet."""
        return self.computed_at is None or self.computed_at <= self.asked_at


class DuplicatePairs(QuerySet["DuplicatePair"]):
    """Pairs as templates ask for them."""

    def to_review(self) -> DuplicatePairs:
        """Return the pairs that nobody has decided on."""
        return self.filter(state=DuplicatePair.State.OPEN)


class DuplicatePair(models.Model):
    """Two submissions of different participations that look alike; ``first`` was entered earlier.

    ``open`` → ``dismissed`` or ``kept`` by an organizer, with a reason; both → ``open`` again.
    ``evidence`` is ``{"tasks": {slug: figures}, "files": []}`` (``submissions.duplicate_pairs``):
    agreement of answers with one another, never with labels. ``chance`` is the smallest of any
    task, ``equal_share`` the share of equal answers over all of them. ``seen_at`` is when a
    comparison found the pair last.
    """

    class State(models.TextChoices):
        OPEN = "open", "To be looked at"
        DISMISSED = "dismissed", "Dismissed"
        KEPT = "kept", "Kept"

    TRANSITIONS = {
        State.OPEN: frozenset({State.DISMISSED, State.KEPT}),
        State.DISMISSED: frozenset({State.OPEN}),
        State.KEPT: frozenset({State.OPEN}),
    }

    competition = models.ForeignKey(
        Competition, on_delete=models.CASCADE, related_name="duplicate_pairs"
    )
    first = models.ForeignKey("submissions.Submission", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("submissions.Submission", on_delete=models.PROTECT, related_name="+")
    evidence = models.JSONField(default=dict)
    chance = models.FloatField()
    equal_share = models.FloatField()
    found_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.OPEN, editable=False
    )
    state_since = models.DateTimeField(default=timezone.now, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True)

    objects = DuplicatePairs.as_manager()

    class Meta:
        ordering = ["chance", "-equal_share", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_unique")
        ]

    def __str__(self) -> str:
        return f"{self.first} and {self.second}"
