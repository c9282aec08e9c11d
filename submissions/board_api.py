"""The numbers behind the pictures beside the board."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api import answers
from competitions.models import Competition
from competitions.selectors import get_visible, participation_of
from scoring.api_serializers import BoardQuerySerializer, PointsField
from scoring.models import Split
from scoring.pages import in_order
from scoring.selectors import board
from submissions.board_efficiency import MEASURES, asked_measure, placed_entries
from submissions.board_history import board_history


class RiseSerializer(serializers.Serializer[Any]):
    """A moment from which on the best was ``points``."""

    submitted_at = serializers.DateTimeField(source="at")
    points = PointsField()


class LineSerializer(serializers.Serializer[Any]):
    """One entry's running best on the public rows."""

    participant = serializers.CharField(source="name")
    rank = serializers.IntegerField(source="entry.rank", allow_null=True)
    is_baseline = serializers.BooleanField(source="baseline")
    rises = RiseSerializer(many=True)
    final = RiseSerializer(allow_null=True, help_text="On the private rows; null before the close.")


class HistorySerializer(serializers.Serializer[Any]):
    """The lines of the ten best, of one's own entry and of baselines, and the best of all."""

    best = RiseSerializer(many=True)
    lines = LineSerializer(many=True)


class EfficiencyQuerySerializer(BoardQuerySerializer):
    """Which board, and which measure."""

    by = serializers.ChoiceField(
        choices=list(MEASURES),
        default="parameters",
        help_text="Anything but parameters is told from the close on.",
    )


class PlacedSerializer(serializers.Serializer[Any]):
    """One entry: what it takes, what it reaches, and whether no ranked entry dominates it."""

    participant = serializers.CharField(source="entry.participation.display_name")
    rank = serializers.IntegerField(source="entry.rank", allow_null=True)
    is_baseline = serializers.BooleanField(source="baseline")
    points = PointsField()
    amount = serializers.FloatField()
    on_front = serializers.BooleanField()


class BoardEfficiencySerializer(serializers.Serializer[Any]):
    """Entries that have the measure, in the order of the board. Latency is in milliseconds."""

    by = serializers.CharField(help_text="What amounts are; parameters while nothing else is told.")
    entries = PlacedSerializer(many=True)


class HistoryView(APIView):
    """Best scores over time."""

    @extend_schema(operation_id="leaderboard_history", responses=answers(ok=HistorySerializer))
    def get(self, request: Request, slug: str) -> Response:
        """Read when the best public scores rose; from the close on with the final ones."""
        competition = get_visible(request.user, slug)
        closed = competition.state == Competition.State.CLOSED
        history = board_history(
            in_order(board(competition, Split.PUBLIC, request.user)),
            board(competition, Split.PRIVATE, request.user) if closed else [],
            mine=participation_of(request.user, competition),
            until=competition.closed_at or timezone.now(),
        )
        answer = {
            "best": [each.rise for each in history.best] if history else [],
            "lines": history.lines if history else [],
        }
        return Response(HistorySerializer(answer).data)


class BoardEfficiencyView(APIView):
    """Points against what entries take."""

    @extend_schema(
        operation_id="leaderboard_efficiency",
        parameters=[EfficiencyQuerySerializer],
        responses=answers(ok=BoardEfficiencySerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Read the final points of entries against one measure, with the Pareto front."""
        asked = EfficiencyQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        competition = get_visible(request.user, slug)
        entries = in_order(board(competition, asked.validated_data["board"], request.user))
        measure = asked_measure(competition, asked.validated_data["by"])
        placed = placed_entries(entries, measure, mine=None)
        return Response(BoardEfficiencySerializer({"by": measure.name, "entries": placed}).data)
