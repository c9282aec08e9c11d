"""Shapes of the competitions API. Nothing here knows of test rows, labels or split keys."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from competitions.models import Award, Competition, Participation, Phase, Task


class PhaseSerializer(serializers.ModelSerializer[Phase]):
    """A phase; ``current`` is set by the view's clock."""

    current = serializers.SerializerMethodField()

    class Meta:
        model = Phase
        fields = [
            "slug",
            "title",
            "starts_at",
            "ends_at",
            "daily_limit",
            "total_limit",
            "concurrent_limit",
            "current",
        ]

    def get_current(self, phase: Phase) -> bool:
        """Tell whether submissions made now belong to this phase."""
        return bool(phase == self.context["current_phase"])


class TaskSerializer(serializers.ModelSerializer[Task]):
    """A task; ``rows`` counts the hidden test set, of which nothing else is told."""

    labels = serializers.ListField(child=serializers.CharField())
    settings = serializers.DictField(
        source="settings_in_force", help_text="All that hold, whether set or by default."
    )
    rows = serializers.SerializerMethodField()
    train_rows = serializers.SerializerMethodField()

    class Meta:
        model = Task
        fields = [
            "slug",
            "title",
            "description",
            "kind",
            "track",
            "metric",
            "weight",
            "category",
            "labels",
            "settings",
            "pooling",
            "max_length",
            "baseline",
            "ceiling",
            "rows",
            "train_rows",
        ]

    def get_rows(self, task: Task) -> int | None:
        """Return the number of test rows, None before there is a dataset."""
        return task.dataset.rows if task.dataset else None

    def get_train_rows(self, task: Task) -> int:
        """Return the number of public train rows."""
        return task.dataset.train_rows if task.dataset else 0


class AwardSerializer(serializers.ModelSerializer[Award]):
    """An award and its rule."""

    task = serializers.SlugRelatedField[Task](slug_field="slug", read_only=True)

    class Meta:
        model = Award
        fields = [
            "slug",
            "title",
            "prize",
            "rule",
            "rank_from",
            "rank_to",
            "task",
            "slice_name",
            "max_parameters",
            "max_latency_ms",
            "max_memory_bytes",
            "no_extra_data",
            "ties",
            "prize_amount",
            "prize_currency",
            "group",
        ]


class LimitsSerializer(serializers.ModelSerializer[Competition]):
    """Limits of one submission and of its runs; sizes in bytes."""

    class Meta:
        model = Competition
        fields = [
            "max_upload_bytes",
            "max_files",
            "memory_bytes",
            "cpus",
            "gpus",
            "task_seconds",
            "total_seconds",
        ]


class CompetitionLineSerializer(serializers.ModelSerializer[Competition]):
    """A competition in the list."""

    class Meta:
        model = Competition
        fields = ["slug", "title", "tagline", "state", "published_at", "closed_at"]


class CompetitionSerializer(serializers.ModelSerializer[Competition]):
    """A competition whole; needs ``current_phase`` and ``joined`` in the context."""

    formats = serializers.ListField(child=serializers.CharField(), source="allowed_formats")
    secondary_columns = serializers.ListField(child=serializers.CharField())
    limits = LimitsSerializer(source="*")
    phases = PhaseSerializer(many=True)
    tasks = TaskSerializer(many=True)
    awards = AwardSerializer(many=True)
    joined = serializers.SerializerMethodField()

    class Meta:
        model = Competition
        fields = [
            "slug",
            "title",
            "tagline",
            "overview",
            "rules",
            "state",
            "dtype",
            "public_fraction",
            "aggregation",
            "secondary_columns",
            "board_guard",
            "guard_step",
            "verified_address_required",
            "declared_data_required",
            "dispute_days",
            "formats",
            "limits",
            "phases",
            "tasks",
            "awards",
            "joined",
        ]

    def get_joined(self, competition: Competition) -> bool:
        """Tell whether the asker takes part."""
        return bool(self.context["joined"])


class JoinSerializer(serializers.Serializer[Any]):
    """What joining needs."""

    accept_rules = serializers.BooleanField()


class ParticipationSerializer(serializers.ModelSerializer[Participation]):
    """A participation."""

    competition = serializers.SlugRelatedField[Competition](slug_field="slug", read_only=True)
    participant = serializers.CharField(source="display_name", read_only=True)

    class Meta:
        model = Participation
        fields = [
            "competition",
            "participant",
            "state",
            "is_baseline",
            "rules_accepted_at",
            "joined_at",
        ]
        read_only_fields = fields


EXAMPLE_ROWS = inline_serializer(
    "ExampleRow",
    many=True,
    fields={
        "id": serializers.CharField(),
        "input": serializers.DictField(child=serializers.CharField()),
        "label": serializers.JSONField(help_text="A class name or a number."),
    },
)
