"""Shapes of uploads and submissions. Logs, private scores and exact times have no field here."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from competitions.guard_sentences import held_back_sentence
from scoring.api_serializers import PointsField, TaskDetailsSerializer, ValueField
from submissions.models import Submission
from submissions.selectors import Standing, TaskStanding
from submissions.validation.manifest import LARGEST_SIZE

# Far above any competition's own limit; bounds the work of looking at one request.
MOST_ANNOUNCED_FILES = 10_000


class FileSerializer(serializers.Serializer[Any]):
    """An announced file."""

    path = serializers.CharField(max_length=1000, trim_whitespace=False)
    size = serializers.IntegerField(min_value=0, max_value=LARGEST_SIZE)
    sha256 = serializers.CharField(max_length=64, trim_whitespace=False)


class NewUploadSerializer(serializers.Serializer[Any]):
    """The announced files of an upload."""

    files = serializers.ListField(child=FileSerializer(), max_length=MOST_ANNOUNCED_FILES)


class UploadSerializer(serializers.Serializer[Any]):
    """An open upload; ``missing`` lists the sha256 of the files to send."""

    id = serializers.UUIDField()
    missing = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()


class BlobSerializer(serializers.Serializer[Any]):
    """A file that arrived."""

    sha256 = serializers.CharField()
    size = serializers.IntegerField()


class TaskStandingSerializer(serializers.Serializer[Any]):
    """How one task stands."""

    slug = serializers.CharField()
    state = serializers.CharField(help_text="pending, running, ok or failed.")
    error_code = serializers.CharField()
    message = serializers.CharField()
    done = serializers.IntegerField(help_text="Rows, in steps of a twentieth.")
    total = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True, help_text="Rows a second while it runs.")
    seconds_left = serializers.IntegerField(allow_null=True)
    public_points = PointsField(allow_null=True)
    public_value = ValueField(allow_null=True)
    public_sd = serializers.SerializerMethodField(
        help_text="Standard deviation over seeds or experiments; null for a single one."
    )
    rounds = serializers.SerializerMethodField(
        help_text="Seeds or experiments whose mean the value is; null without a value."
    )

    def get_public_sd(self, standing: TaskStanding) -> float | None:
        """Return the spread as pages tell it."""
        return standing.public_spread.sd if standing.public_spread else None

    def get_rounds(self, standing: TaskStanding) -> int | None:
        """Return how many values the mean is of."""
        if standing.public_value is None:
            return None
        return standing.public_spread.rounds if standing.public_spread else 1


class CurveSerializer(serializers.Serializer[Any]):
    """One training: as many losses as steps."""

    seed = serializers.IntegerField()
    steps = serializers.ListField(child=serializers.IntegerField())
    losses = serializers.ListField(child=serializers.FloatField())


class TrainingSerializer(serializers.Serializer[Any]):
    """The trainings of one task."""

    task = serializers.CharField(source="task.slug")
    curves = CurveSerializer(many=True)


class StandingSerializer(serializers.Serializer[Any]):
    """How a submission stands."""

    id = serializers.UUIDField(source="submission.pk")
    competition = serializers.CharField(source="submission.participation.competition.slug")
    number = serializers.IntegerField(source="submission.number")
    state = serializers.ChoiceField(source="submission.state", choices=Submission.State.choices)
    error_code = serializers.CharField(source="submission.error_code")
    message = serializers.CharField(source="submission.error_message")
    format = serializers.CharField(source="submission.format")
    declared = serializers.SerializerMethodField()
    created_at = serializers.SerializerMethodField()
    queue_position = serializers.IntegerField(allow_null=True)
    missing_guarantees = serializers.ListField(
        source="missing",
        child=serializers.CharField(),
        help_text="What the worker lacked that last looked at it while it waits: guarantees, or an "
        "environment such as tensorflow_environment.",
    )
    tasks = TaskStandingSerializer(many=True)
    public_score = PointsField(allow_null=True)
    held_back = serializers.SerializerMethodField(
        help_text="Why a scored submission has no public numbers before the close; else empty."
    )
    selected_final = serializers.BooleanField(source="submission.selected_final")

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_declared(self, standing: Standing) -> dict[str, Any]:
        """Return what submission.yaml says, as the participant wrote it."""
        return dict(standing.submission.declared)

    def get_held_back(self, standing: Standing) -> str:
        """Return the reason as pages say it."""
        return held_back_sentence(standing.held_back.best) if standing.held_back else ""

    @extend_schema_field({"type": "string", "format": "date-time"})
    def get_created_at(self, standing: Standing) -> str:
        """Return the moment of entry to the second."""
        return standing.submission.created_at.replace(microsecond=0).isoformat()


class RunFiguresSerializer(serializers.Serializer[Any]):
    """What the whole run took."""

    seconds = serializers.FloatField()
    peak_memory_bytes = serializers.IntegerField(allow_null=True)
    energy_joules = serializers.FloatField(allow_null=True)
    energy_source = serializers.CharField(help_text="rapl or estimate; with GPUs +nvml.")
    at_most = serializers.BooleanField(help_text="Whether figures are the ends of steps.")


class TaskFiguresSerializer(serializers.Serializer[Any]):
    """What one task took, where it was measured."""

    slug = serializers.CharField()
    load_seconds = serializers.FloatField(allow_null=True)
    rows_per_second = serializers.FloatField(allow_null=True)
    latency_p50_ms = serializers.FloatField(allow_null=True)
    latency_p95_ms = serializers.FloatField(allow_null=True)
    flops_per_row = serializers.FloatField(allow_null=True)
    truncated = serializers.FloatField(allow_null=True, help_text="Share of the rows.")
    gpu_peak_bytes = serializers.IntegerField(allow_null=True)
    parameters = serializers.IntegerField(allow_null=True)
    parameters_by_dtype = serializers.DictField(child=serializers.IntegerField())
    model_bytes = serializers.IntegerField(allow_null=True)


class EfficiencySerializer(serializers.Serializer[Any]):
    """What the last finished run took, rounded to two digits."""

    run = RunFiguresSerializer()
    tasks = TaskFiguresSerializer(many=True)


class DetailsSerializer(serializers.Serializer[Any]):
    """What goes beyond a submission's score, as far as the asker may see it now."""

    tasks = TaskDetailsSerializer(many=True)
    efficiency = EfficiencySerializer(allow_null=True)
