"""Boards as they were before rescorings, for programs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api import answers
from competitions.selectors import get_visible
from scoring.old_boards import old_boards


class OldEntrySerializer(serializers.Serializer[Any]):
    """A row of a board as it was told then; ``rank`` is null for baselines."""

    rank = serializers.IntegerField(allow_null=True)
    participant = serializers.CharField()
    is_baseline = serializers.BooleanField()
    final_score = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    tasks = serializers.DictField(
        child=serializers.FloatField(allow_null=True), help_text="Points by task."
    )
    submission_number = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()


class OldVersionSerializer(serializers.Serializer[Any]):
    """Which version of a task's dataset counted before, and since."""

    task = serializers.CharField(source="task.slug")
    before = serializers.IntegerField(source="before.number")
    after = serializers.IntegerField(source="dataset.number")


class OldBoardSerializer(serializers.Serializer[Any]):
    """All scores were replaced at ``published_at``; ``boards`` are those until then."""

    id = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    note = serializers.CharField()
    tasks = OldVersionSerializer(many=True)
    boards = serializers.DictField(
        child=OldEntrySerializer(many=True),
        help_text="By split: public, and private where it was told then.",
    )


class OldBoardsView(APIView):
    """Boards that rescorings have replaced."""

    @extend_schema(operation_id="old_boards", responses=answers(ok=OldBoardSerializer(many=True)))
    def get(self, request: Request, slug: str) -> Response:
        """Read every board that was replaced when labels or the scorer were fixed."""
        found = old_boards(get_visible(request.user, slug))
        return Response(OldBoardSerializer(found, many=True).data)
