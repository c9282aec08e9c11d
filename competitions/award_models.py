"""Prizes with their rules, the names that organizers put on their lists, and their rulings.

A rule is data: its columns are read by the strategy of its name in ``scoring.awards``.
"""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

_CONSTRAINTS_UNSET = Q(
    max_parameters__isnull=True,
    max_latency_ms__isnull=True,
    max_memory_bytes__isnull=True,
    no_extra_data=False,
)


class Award(models.Model):
    """A prize and its rule. Awards of one competition are given in their order."""

    class Rule(models.TextChoices):
        OVERALL_RANK = "overall_rank", "Overall rank from–to"
        TASK_RANK = "task_rank", "Rank from–to in one task"
        CONSTRAINTS = "constraints", "Best under constraints"
        WORST_GROUP = "worst_group", "Best in its worst group"
        MOST_IMPROVED = "most_improved", "Most improved"
        LISTED = "listed", "Best of a list (students, first-time teams)"
        JURY = "jury", "Jury's choice"

    class Ties(models.TextChoices):
        EARLIER = "earlier", "The earlier submission wins"
        SHARE = "share", "All of them get it"
        SPLIT = "split", "The prize is divided"

    TASK_RULES = frozenset({Rule.TASK_RANK, Rule.WORST_GROUP})
    CHOSEN_RULES = frozenset({Rule.LISTED, Rule.JURY})
    """Rules that wait for names from the organizers."""

    competition = models.ForeignKey(
        "competitions.Competition", on_delete=models.CASCADE, related_name="awards"
    )
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    prize = models.CharField(max_length=200, blank=True)
    rule = models.CharField(max_length=30, choices=Rule.choices)
    rank_from = models.PositiveIntegerField("first place", default=1)
    rank_to = models.PositiveIntegerField("last place", default=1)
    task = models.ForeignKey(
        "competitions.Task",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="awards",
    )
    slice_name = models.CharField("slice", max_length=60, blank=True)
    max_parameters = models.PositiveBigIntegerField("most parameters", null=True, blank=True)
    max_latency_ms = models.FloatField("most latency (ms)", null=True, blank=True)
    max_memory_bytes = models.PositiveBigIntegerField("most memory", null=True, blank=True)
    no_extra_data = models.BooleanField("no extra data", default=False)
    ties = models.CharField(
        "equal points", max_length=10, choices=Ties.choices, default=Ties.EARLIER
    )
    prize_amount = models.DecimalField(
        "amount",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text="Of money, for one place.",
    )
    prize_currency = models.CharField(
        "currency",
        max_length=3,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{3}$", "Three capitals, such as EUR.")],
        help_text="Three capitals, such as EUR.",
    )
    group = models.SlugField(
        max_length=40,
        blank=True,
        help_text="Of all awards with the same word here, a team gets one at most: the first in "
        "their order; the next team gets the others.",
    )
    listed = models.ManyToManyField(
        "competitions.Participation", through="Nomination", related_name="listed_for"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        app_label = "competitions"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "slug"], name="award_slug_unique"),
            models.CheckConstraint(
                condition=Q(rank_from__gte=1, rank_to__gte=F("rank_from")),
                name="award_ranks_in_order",
                violation_error_message="Places start at 1, and the last is not before the first.",
            ),
            models.CheckConstraint(
                condition=Q(rule__in=["task_rank", "worst_group"], task__isnull=False)
                | (~Q(rule__in=["task_rank", "worst_group"]) & Q(task__isnull=True)),
                name="award_task_only_for_its_rules",
                violation_error_message="Name a task for a rule of one task, and only then.",
            ),
            models.CheckConstraint(
                condition=(Q(rule="worst_group") & ~Q(slice_name=""))
                | (~Q(rule="worst_group") & Q(slice_name="")),
                name="award_slice_only_for_worst_group",
                violation_error_message="Name a slice for the worst group, and only then.",
            ),
            models.CheckConstraint(
                condition=(Q(rule="constraints") & ~_CONSTRAINTS_UNSET)
                | (~Q(rule="constraints") & _CONSTRAINTS_UNSET),
                name="award_constraints_only_for_its_rule",
                violation_error_message="Give a constraint (parameters, latency, memory or no "
                "extra data) for “Best under constraints”, and only then.",
            ),
            models.CheckConstraint(
                condition=(Q(max_parameters__isnull=True) | Q(max_parameters__gt=0))
                & (Q(max_latency_ms__isnull=True) | Q(max_latency_ms__gt=0))
                & (Q(max_memory_bytes__isnull=True) | Q(max_memory_bytes__gt=0)),
                name="award_constraints_above_0",
                violation_error_message="Constraints are numbers above 0.",
            ),
            models.CheckConstraint(
                condition=Q(prize_amount__isnull=True, prize_currency="")
                | (Q(prize_amount__gt=0) & ~Q(prize_currency="")),
                name="award_amount_has_currency",
                violation_error_message="An amount needs a currency, and a currency an amount.",
            ),
            models.CheckConstraint(
                condition=~Q(ties="split") | Q(prize_amount__isnull=False),
                name="award_divided_prize_has_amount",
                violation_error_message="Give the amount that is divided between equal points.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Nomination(models.Model):
    """A name on an organizers' list: who may win the award (a list), or who does (a jury).

    ``place`` counts for a jury alone.
    """

    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="nominations")
    participation = models.ForeignKey(
        "competitions.Participation", on_delete=models.CASCADE, related_name="nominations"
    )
    place = models.PositiveIntegerField(default=1)
    reason = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "competitions"
        ordering = ["award", "place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["award", "participation"], name="nomination_unique"),
            models.CheckConstraint(condition=Q(place__gte=1), name="nomination_place_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.participation} for {self.award}"


class Ruling(models.Model):
    """That organizers disqualified a participation, or took it in again, and why. Never changed."""

    class Verdict(models.TextChoices):
        DISQUALIFIED = "disqualified", "Disqualified"
        REINSTATED = "reinstated", "Reinstated"

    participation = models.ForeignKey(
        "competitions.Participation", on_delete=models.PROTECT, related_name="rulings"
    )
    verdict = models.CharField(max_length=14, choices=Verdict.choices)
    reason = models.CharField(max_length=500)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "competitions"
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.participation}: {self.get_verdict_display()}"
