"""From the close of a competition to its published results, and what is disputed in between."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from competitions.models import Award, Competition, Participation
from scoring.records import read_envelope


class Ceremony(models.Model):
    """The way of a closed competition's results: ``provisional`` → ``published``.

    While they are provisional, ``verdicts`` is what was announced last (see
    ``scoring.services.preview``), and participants may dispute it until ``disputes_until``. From
    publication on nothing changes: grants are rows of their own, ``board`` holds the board's rows
    with the names of then, and ``envelope`` is the signed statement over all of them.
    """

    class State(models.TextChoices):
        PROVISIONAL = "provisional", "Provisional"
        PUBLISHED = "published", "Published"

    TRANSITIONS = {
        State.PROVISIONAL: frozenset({State.PUBLISHED}),
        State.PUBLISHED: frozenset[str](),
    }

    competition = models.OneToOneField(
        Competition, on_delete=models.PROTECT, related_name="ceremony"
    )
    state = models.CharField(
        max_length=12, choices=State.choices, default=State.PROVISIONAL, editable=False
    )
    opened_at = models.DateTimeField()
    disputes_until = models.DateTimeField()
    verdicts = models.JSONField(default=list, editable=False)
    announced_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    board = models.JSONField(default=list, editable=False)
    envelope = models.JSONField(default=dict, editable=False)
    key_id = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        app_label = "scoring"
        verbose_name_plural = "ceremonies"
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="ceremony_published_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.competition.title}: {self.get_state_display()}"

    @property
    def statement(self) -> dict[str, Any]:
        """What was signed."""
        return read_envelope(self.envelope).statement


class Dispute(models.Model):
    """What a participant holds against an award, or the whole board, before publication.

    ``open`` → ``upheld`` or ``dismissed``, each with an answer. No award: the board is disputed.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        UPHELD = "upheld", "Upheld"
        DISMISSED = "dismissed", "Dismissed"

    TRANSITIONS = {
        State.OPEN: frozenset({State.UPHELD, State.DISMISSED}),
        State.UPHELD: frozenset[str](),
        State.DISMISSED: frozenset[str](),
    }

    ceremony = models.ForeignKey(Ceremony, on_delete=models.PROTECT, related_name="disputes")
    award = models.ForeignKey(
        Award, on_delete=models.PROTECT, null=True, blank=True, related_name="disputes"
    )
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="disputes"
    )
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    filed_at = models.DateTimeField(auto_now_add=True)
    text = models.TextField()
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.OPEN, editable=False
    )
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "scoring"
        ordering = ["filed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | ~Q(answer=""), name="dispute_closed_has_answer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.participation.display_name}: {self.about}"

    @property
    def about(self) -> str:
        """What is disputed."""
        return "the board" if self.award is None else f"“{self.award.title}”"
