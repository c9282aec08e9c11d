"""Signed records of a submission, and the files to replay them, from the close on."""

from __future__ import annotations

import tempfile
import uuid
from typing import Any

from django.http import FileResponse, JsonResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api import AnyAccept, ErrorSerializer, answers
from scoring.models import Split
from submissions.bundle import write_bundle
from submissions.recorded import check_may_replay, get_record, get_recorded, records_of


class RecordSerializer(serializers.Serializer[Any]):
    """A signed record; ``present`` is false for one whose labels or scorer were replaced."""

    task = serializers.CharField()
    split = serializers.ChoiceField(choices=Split.choices)
    dataset = serializers.IntegerField(help_text="Version of the task's dataset.")
    present = serializers.BooleanField()
    envelope = serializers.DictField(help_text="DSSE envelope of an in-toto statement.")


class RecordsView(APIView):
    """The records of a submission."""

    @extend_schema(
        operation_id="submission_records", responses=answers(ok=RecordSerializer(many=True))
    )
    def get(self, request: Request, submission_id: uuid.UUID) -> Response:
        """Read every signed record of a submission. Those on the final board are everybody's."""
        found = records_of(get_recorded(request.user, submission_id))
        return Response(RecordSerializer(found, many=True).data)


class RecordView(APIView):
    """One record, as a file."""

    @extend_schema(
        operation_id="submission_record",
        responses=answers(ok=OpenApiTypes.OBJECT),
    )
    def get(
        self, request: Request, submission_id: uuid.UUID, task_slug: str, split: str
    ) -> JsonResponse:
        """Download the signed record of a score that counts now, for podium-verify."""
        submission = get_recorded(request.user, submission_id)
        record = get_record(submission, task_slug, split)
        answer = JsonResponse(record.envelope)
        name = f"{submission.competition.slug}-{submission.number}-{record.task}-{record.split}"
        answer["Content-Disposition"] = f'attachment; filename="{name}.json"'
        return answer


class ReplayView(APIView):
    """The replay bundle."""

    content_negotiation_class = AnyAccept

    @extend_schema(
        operation_id="submission_replay",
        responses={(200, "application/zip"): OpenApiTypes.BINARY, "default": ErrorSerializer},
    )
    def get(self, request: Request, submission_id: uuid.UUID) -> FileResponse:
        """Download records, predictions and keys, and labels where they are released (zip)."""
        submission = get_recorded(request.user, submission_id)
        check_may_replay(request.user, submission.competition)
        name = f"{submission.competition.slug}-{submission.pk}-replay.zip"
        spool = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
        write_bundle(submission, spool)
        spool.seek(0)
        answer = FileResponse(spool, as_attachment=True, filename=name)
        answer["Content-Type"] = "application/zip"
        return answer
