"""Shapes of boards and awards. Points have 2 decimals and values 5 digits, as on pages."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from scoring.models import AwardGrant, Split
from scoring.ranking import DISPLAYED_DECIMALS, displayed
from scoring.shown_statistics import ShownInterval, ToldEntry
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
    low = PointsField(allow_null=True, help_text="Of the 95 % interval, in points.")
    high = PointsField(allow_null=True, help_text="Of the 95 % interval, in points.")


class EntrySerializer(serializers.Serializer[Any]):
    """A board's row; ``rank`` is null for baselines.

    What statistics say is null while it is computed. Ends of intervals have one decimal before the
    close.
    """

    rank = serializers.IntegerField(source="entry.rank", allow_null=True)
    rank_best = serializers.IntegerField(
        source="told.rank_best",
        allow_null=True,
        help_text="No better rank is likely, for all entries at once with 95 % certainty.",
    )
    rank_worst = serializers.IntegerField(source="told.rank_worst", allow_null=True)
    tied_with_next = serializers.BooleanField(
        source="told.tied_with_next",
        allow_null=True,
        help_text="Whether a paired test tells it apart from the next rank no better than chance.",
    )
    p_next = serializers.FloatField(
        source="told.p_next", allow_null=True, help_text="Holm-corrected; null before the close."
    )
    public_rank = serializers.IntegerField(
        source="told.public_rank", allow_null=True, help_text="On the private board."
    )
    participant = serializers.CharField(source="entry.participation.display_name")
    is_baseline = serializers.BooleanField(source="entry.participation.is_baseline")
    final_score = PointsField(source="entry.final_score", allow_null=True)
    low = serializers.SerializerMethodField(help_text="Of the 95 % interval, in points.")
    high = serializers.SerializerMethodField(help_text="Of the 95 % interval, in points.")
    tasks = serializers.SerializerMethodField()
    secondary = serializers.DictField(
        source="told.secondary",
        child=serializers.FloatField(),
        help_text="Columns that depend on who else takes part, such as win_rate (0 to 1).",
    )
    submission_number = serializers.IntegerField(source="entry.submission.number")
    submitted_at = serializers.DateTimeField(source="entry.submitted_at")

    def get_low(self, row: ToldEntry) -> float | None:
        """Return the lower end as it may be told."""
        return row.told.interval.low if row.told.interval else None

    def get_high(self, row: ToldEntry) -> float | None:
        """Return the upper end as it may be told."""
        return row.told.interval.high if row.told.interval else None

    @extend_schema_field(serializers.DictField(child=CellSerializer()))
    def get_tasks(self, row: ToldEntry) -> dict[str, Any]:
        """Return the cells by task slug."""
        told = row.told.tasks
        return {slug: _cell(cell, told.get(slug)) for slug, cell in row.entry.tasks.items()}


class TaskDifferenceSerializer(serializers.Serializer[Any]):
    """How far apart two entries of one task must be to be told apart with 80 % power."""

    task = serializers.CharField()
    rows = serializers.IntegerField()
    groups = serializers.IntegerField(
        allow_null=True, help_text="Where rows are resampled in groups."
    )
    points = serializers.FloatField(allow_null=True)
    assumed = serializers.BooleanField(help_text="Whether the worst case had to be taken.")


class BoardStatisticsSerializer(serializers.Serializer[Any]):
    """What rank sets and tests of a board rest on."""

    current = serializers.BooleanField(help_text="False while new numbers are on their way.")
    level = serializers.FloatField()
    version = serializers.CharField()
    compared = serializers.IntegerField(help_text="Entries that were compared.")
    resamples = serializers.IntegerField(allow_null=True)
    test = serializers.CharField()
    differences = TaskDifferenceSerializer(many=True)


class BoardSerializer(serializers.Serializer[Any]):
    """A whole board, best first; ``statistics`` are null before anything was computed."""

    board = serializers.ChoiceField(choices=Split.choices)
    statistics = BoardStatisticsSerializer(allow_null=True)
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


def _cell(cell: dict[str, Any], interval: ShownInterval | None) -> dict[str, Any]:
    value = cell.get("value")
    return {
        "points": displayed(cell.get("points")),
        "value": None if value is None else shown_value(value),
        "sd": cell.get("sd"),
        "rounds": cell.get("rounds", 1),
        "failed": bool(cell.get("failed")),
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
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
