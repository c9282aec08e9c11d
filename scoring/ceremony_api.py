"""Provisional results, disputes about them, and files of boards and awards."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from common.api import AnyAccept, answers
from common.errors import NotFound
from competitions.models import Competition
from competitions.selectors import get_visible, participation_of
from scoring import exports
from scoring.api_serializers import BoardQuerySerializer
from scoring.models import Ceremony, Dispute
from scoring.selectors import ceremony_of, get_award
from scoring.services.disputes import MOST_CHARACTERS, file_dispute


class ProvisionalGrantSerializer(serializers.Serializer[Any]):
    """Who is to get an award. ``last_place`` differs where a divided prize is for several."""

    participant = serializers.CharField()
    place = serializers.IntegerField()
    last_place = serializers.IntegerField()
    points = serializers.FloatField(allow_null=True)
    amount = serializers.CharField(allow_null=True)
    reason = serializers.CharField()


class VerdictSerializer(serializers.Serializer[Any]):
    """One award; ``waits`` while the organizers have still to name somebody."""

    award = serializers.CharField()
    waits = serializers.BooleanField()
    grants = ProvisionalGrantSerializer(many=True)


class CeremonySerializer(serializers.ModelSerializer[Ceremony]):
    """How far results are. ``verdicts`` are what was announced last."""

    verdicts = VerdictSerializer(many=True)

    class Meta:
        model = Ceremony
        fields = [
            "state",
            "opened_at",
            "announced_at",
            "disputes_until",
            "published_at",
            "verdicts",
        ]


class DisputeSerializer(serializers.ModelSerializer[Dispute]):
    """A dispute with its answer. ``award`` is null where the board is disputed."""

    award = serializers.SerializerMethodField()

    class Meta:
        model = Dispute
        fields = ["award", "text", "state", "filed_at", "answer", "answered_at"]

    @extend_schema_field(OpenApiTypes.STR)
    def get_award(self, dispute: Dispute) -> str | None:
        """Return the award's slug."""
        return None if dispute.award is None else dispute.award.slug


class NewDisputeSerializer(serializers.Serializer[Any]):
    """A dispute to file."""

    text = serializers.CharField(max_length=MOST_CHARACTERS)
    award = serializers.SlugField(
        required=False, allow_null=True, help_text="Leave it out to dispute the board."
    )


class CeremonyView(APIView):
    """The way of a closed competition's results."""

    @extend_schema(operation_id="ceremony", responses=answers(ok=CeremonySerializer))
    def get(self, request: Request, slug: str) -> Response:
        """Read provisional results and until when they can be disputed."""
        return Response(CeremonySerializer(_ceremony(get_visible(request.user, slug))).data)


class DisputesView(APIView):
    """One's own disputes."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="disputes", responses=answers(ok=DisputeSerializer(many=True)))
    def get(self, request: Request, slug: str) -> Response:
        """Read what one's own participation disputes, and the answers."""
        competition = get_visible(request.user, slug)
        participation = participation_of(request.user, competition)
        mine = Dispute.objects.filter(
            ceremony__competition=competition, participation=participation
        )
        return Response(DisputeSerializer(mine.select_related("award"), many=True).data)

    @extend_schema(
        operation_id="dispute",
        request=NewDisputeSerializer,
        responses=answers(created=DisputeSerializer),
    )
    def post(self, request: Request, slug: str) -> Response:
        """Dispute an award or the board while results are provisional."""
        competition = get_visible(request.user, slug)
        told = NewDisputeSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        named = told.validated_data.get("award")
        made = file_dispute(
            competition=competition,
            by=signed_in(request),
            text=told.validated_data["text"],
            award=get_award(competition, named) if named else None,
        )
        return Response(DisputeSerializer(made).data, status=201)


class AwardsFileView(APIView):
    """Published awards for spreadsheets."""

    content_negotiation_class = AnyAccept

    @extend_schema(operation_id="awards_csv", responses=answers(ok=OpenApiTypes.BINARY))
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Download who got which award as CSV."""
        return exports.awards_csv(get_visible(request.user, slug))


class BoardFileView(APIView):
    """A board for spreadsheets."""

    content_negotiation_class = AnyAccept

    @extend_schema(
        operation_id="board_csv",
        parameters=[BoardQuerySerializer],
        responses=answers(ok=OpenApiTypes.BINARY),
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Download a board as CSV."""
        asked = BoardQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        competition = get_visible(request.user, slug)
        return exports.board_csv(competition, asked.validated_data["board"], request.user)


def _ceremony(competition: Competition) -> Ceremony:
    found = ceremony_of(competition)
    if found is None:
        raise NotFound("not_closed", "The competition is not closed; there are no results yet.")
    return found
