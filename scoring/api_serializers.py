"""Shapes of boards and awards. Points have 2 decimals and values 5 digits, as on pages."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from scoring.models import AwardGrant, LeaderboardEntry, Split
from scoring.ranking import DISPLAYED_DECIMALS, displayed
from scoring.shown_value import shown_value


class PointsField(serializers.FloatField):
    """Points from 0 to 100."""

    def to_representation(self, value: Any) -> float:  # type: ignore[override]
        """Round to the declared decimals."""
        return round(float(value), DISPLAYED_DECIMALS)


class ValueField(serializers.FloatField):
    """A raw metric value."""

    def to_representation(self, value: Any) -> float:  # type: ignore[override]
        """Round to the declared digits."""
        return shown_value(float(value))


class BoardQuerySerializer(serializers.Serializer[Any]):
    """Which board is asked for."""

    board = serializers.ChoiceField(choices=Split.choices, default=Split.PUBLIC)


class CellSerializer(serializers.Serializer[Any]):
    """One task of a board's row."""

    points = PointsField(allow_null=True)
    value = ValueField(allow_null=True)
    sd = serializers.FloatField(
        allow_null=True,
        help_text="Standard deviation over seeds or experiments; null for a single one.",
    )
    rounds = serializers.IntegerField(help_text="Seeds or experiments whose mean the value is.")
    failed = serializers.BooleanField()


class EntrySerializer(serializers.ModelSerializer[LeaderboardEntry]):
    """A board's row; ``rank`` is null for baselines."""

    participant = serializers.CharField(source="participation.display_name")
    is_baseline = serializers.BooleanField(source="participation.is_baseline")
    final_score = PointsField(allow_null=True)
    tasks = serializers.SerializerMethodField()
    submission_number = serializers.IntegerField(source="submission.number")

    class Meta:
        model = LeaderboardEntry
        fields = [
            "rank",
            "participant",
            "is_baseline",
            "final_score",
            "tasks",
            "submission_number",
            "submitted_at",
        ]

    @extend_schema_field(serializers.DictField(child=CellSerializer()))
    def get_tasks(self, entry: LeaderboardEntry) -> dict[str, Any]:
        """Return the cells by task slug."""
        return {slug: _cell(cell) for slug, cell in entry.tasks.items()}


class BoardSerializer(serializers.Serializer[Any]):
    """A whole board, best first."""

    board = serializers.ChoiceField(choices=Split.choices)
    entries = EntrySerializer(many=True)


class GrantSerializer(serializers.ModelSerializer[AwardGrant]):
    """Who got an award."""

    award = serializers.CharField(source="award.slug")
    title = serializers.CharField(source="award.title")
    prize = serializers.CharField(source="award.prize")
    participant = serializers.CharField(source="participation.display_name")

    class Meta:
        model = AwardGrant
        fields = ["award", "title", "prize", "participant", "rank", "reason"]


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    value = cell.get("value")
    return {
        "points": displayed(cell.get("points")),
        "value": None if value is None else shown_value(value),
        "sd": cell.get("sd"),
        "rounds": cell.get("rounds", 1),
        "failed": bool(cell.get("failed")),
    }


class GroupSerializer(serializers.Serializer[Any]):
    """One value of a slice."""

    value = serializers.CharField()
    rows = serializers.IntegerField()
    score = serializers.FloatField()
    is_worst = serializers.BooleanField()


class SliceSerializer(serializers.Serializer[Any]):
    """A slice; ``hidden`` counts groups with too few rows."""

    name = serializers.CharField()
    groups = GroupSerializer(many=True)
    hidden = serializers.IntegerField()
    gap = serializers.FloatField(allow_null=True, help_text="From the best group to the worst.")


class PerturbedSerializer(serializers.Serializer[Any]):
    """Values of the same rows, as written and perturbed."""

    name = serializers.CharField()
    rows = serializers.IntegerField()
    original = serializers.FloatField()
    perturbed = serializers.FloatField()


class WorstCaseSerializer(serializers.Serializer[Any]):
    """The share of rows that are right however they are written, or the worst perturbation."""

    value = serializers.FloatField()
    name = serializers.CharField(help_text="Of the worst perturbation; empty for a share of rows.")
    rows = serializers.IntegerField(allow_null=True)
    original = serializers.FloatField(allow_null=True)


class TaskDetailsSerializer(serializers.Serializer[Any]):
    """What one task's rows of one split tell beside the score."""

    task = serializers.CharField(source="task.slug")
    split = serializers.ChoiceField(choices=Split.choices)
    slices = SliceSerializer(many=True)
    ece = serializers.FloatField(allow_null=True, help_text="Expected calibration error.")
    brier = serializers.FloatField(allow_null=True, help_text="Brier score.")
    perturbations = PerturbedSerializer(many=True)
    worst_case = WorstCaseSerializer(allow_null=True)
