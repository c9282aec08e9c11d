"""Signed records of a closed competition's awards, for whoever checks them."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api import answers
from common.errors import NotFound
from competitions.selectors import get_visible
from scoring.models import Ceremony
from scoring.selectors import granted_awards


class GrantRecordSerializer(serializers.Serializer[Any]):
    """The signed record of one grant."""

    id = serializers.IntegerField()
    award = serializers.CharField(source="award.slug")
    participant = serializers.CharField(source="participation.display_name")
    envelope = serializers.DictField(help_text="DSSE envelope of an in-toto statement.")


class GrantRecordsView(APIView):
    """The records of all grants."""

    @extend_schema(
        operation_id="award_records", responses=answers(ok=GrantRecordSerializer(many=True))
    )
    def get(self, request: Request, slug: str) -> Response:
        """Read the signed record of every grant; empty before results are published."""
        grants = granted_awards(get_visible(request.user, slug))
        return Response(GrantRecordSerializer(grants, many=True).data)


class GrantRecordView(APIView):
    """The record of one grant, as a file."""

    @extend_schema(operation_id="award_record", responses=answers(ok=OpenApiTypes.OBJECT))
    def get(self, request: Request, slug: str, grant_id: int) -> JsonResponse:
        """Download the signed record of a grant, for podium-verify."""
        grants = granted_awards(get_visible(request.user, slug))
        grant = next((each for each in grants if each.pk == grant_id), None)
        if grant is None:
            raise NotFound("record_not_found", "There is no such grant.")
        return _file(grant.envelope, f"{slug}-{grant.award.slug}-{grant.rank}")


class ResultsRecordView(APIView):
    """The record of all results, as a file."""

    @extend_schema(operation_id="results_record", responses=answers(ok=OpenApiTypes.OBJECT))
    def get(self, request: Request, slug: str) -> JsonResponse:
        """Download the signed record of a competition's results: the board and every grant."""
        competition = get_visible(request.user, slug)
        published = Ceremony.objects.filter(
            competition=competition, state=Ceremony.State.PUBLISHED
        ).first()
        if published is None:
            raise NotFound("record_not_found", "The results are not published yet.")
        return _file(published.envelope, f"{slug}-results")


def _file(envelope: dict[str, Any], name: str) -> JsonResponse:
    answer = JsonResponse(envelope)
    answer["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return answer
