"""The log of publications and the keys, for whoever checks what was announced."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api import AnyAccept, ErrorSerializer, answers
from publications.api_serializers import KeySerializer
from publications.models import SigningKey
from publications.selectors import log_lines


class LogView(APIView):
    """What was published, as a chain of hashes."""

    content_negotiation_class = AnyAccept

    @extend_schema(
        operation_id="publication_log",
        responses={(200, "application/jsonl"): OpenApiTypes.STR, "default": ErrorSerializer},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Download the whole log as JSON Lines, the oldest entry first."""
        answer = StreamingHttpResponse(log_lines(), content_type="application/jsonl")
        answer["Content-Disposition"] = 'attachment; filename="publication-log.jsonl"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


class KeysView(APIView):
    """The keys that sign records."""

    pagination_class = None

    @extend_schema(operation_id="signing_keys", responses=answers(ok=KeySerializer(many=True)))
    def get(self, request: Request) -> Response:
        """Read every public key, the oldest first; the file is what podium-verify takes."""
        return Response(KeySerializer(SigningKey.objects.all(), many=True).data)
