"""Boards and awards; closing a competition."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from common.api import answers
from competitions.selectors import get_organized, get_visible
from scoring.api_serializers import BoardQuerySerializer, BoardSerializer, GrantSerializer
from scoring.selectors import board, granted_awards
from scoring.services.close import close_competition
from scoring.shown_statistics import board_statistics, told_entries


class LeaderboardView(APIView):
    """A competition's boards."""

    @extend_schema(
        operation_id="leaderboard",
        parameters=[BoardQuerySerializer],
        responses=answers(ok=BoardSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Read the public board, or after the close the private one."""
        asked = BoardQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        split = asked.validated_data["board"]
        competition = get_visible(request.user, slug)
        entries = board(competition, split, request.user)
        answer = {
            "board": split,
            "statistics": board_statistics(competition, split, entries),
            "entries": told_entries(entries, competition),
        }
        return Response(BoardSerializer(answer).data)


class AwardsView(APIView):
    """A competition's awards."""

    @extend_schema(operation_id="awards", responses=answers(ok=GrantSerializer(many=True)))
    def get(self, request: Request, slug: str) -> Response:
        """Read who got which award; empty before the close."""
        grants = granted_awards(get_visible(request.user, slug))
        return Response(GrantSerializer(grants, many=True).data)


class CloseView(APIView):
    """The end of a competition."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="close", request=None, responses=answers(ok=GrantSerializer(many=True))
    )
    def post(self, request: Request, slug: str) -> Response:
        """Close the competition, grant its awards and return them. For organizers."""
        competition = get_organized(request.user, slug)
        close_competition(competition=competition, by=signed_in(request))
        return Response(GrantSerializer(granted_awards(competition), many=True).data)
