"""Upload by content, submit, follow."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from common.api import (
    AnyAccept,
    ErrorSerializer,
    Pages,
    RawBodyParser,
    answers,
    body_length,
    body_stream,
)
from competitions.selectors import get_visible
from scoring.shown_details import shown_details
from submissions.access import get_submission, get_upload
from submissions.api_serializers import (
    BlobSerializer,
    DetailsSerializer,
    NewUploadSerializer,
    StandingSerializer,
    TrainingSerializer,
    UploadSerializer,
)
from submissions.curves import trainings
from submissions.efficiency import efficiency
from submissions.models import Submission
from submissions.sample_run import sample_log
from submissions.selectors import follow, follow_all, own_submissions
from submissions.services.cancel import cancel
from submissions.services.select_final import select_final
from submissions.services.uploads import open_upload, receive_file, submit_upload


class UploadsView(APIView):
    """New uploads."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="uploads_open",
        request=NewUploadSerializer,
        responses=answers(created=UploadSerializer),
    )
    def post(self, request: Request, slug: str) -> Response:
        """Announce a model's files and learn which of them to send. Every limit is checked."""
        wanted = NewUploadSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        upload, missing = open_upload(
            competition=get_visible(request.user, slug),
            user=signed_in(request),
            files=wanted.validated_data["files"],
        )
        body = {"id": upload.pk, "missing": missing, "expires_at": upload.expires_at}
        return Response(UploadSerializer(body).data, status=201)


class UploadFileView(APIView):
    """One file of an upload."""

    permission_classes = [IsAuthenticated]
    parser_classes = [RawBodyParser]

    @extend_schema(
        operation_id="uploads_send",
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses=answers(created=BlobSerializer),
    )
    def put(self, request: Request, upload_id: uuid.UUID, sha256: str) -> Response:
        """Send a file's bytes with their Content-Length; what does not fit is not kept."""
        blob = receive_file(
            upload=get_upload(request.user, upload_id),
            sha256=sha256,
            stream=body_stream(request),
            length=body_length(request),
        )
        return Response(BlobSerializer(blob).data, status=201)


class UploadSubmitView(APIView):
    """The last step of an upload."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="uploads_submit", request=None, responses=answers(created=StandingSerializer)
    )
    def post(self, request: Request, upload_id: uuid.UUID) -> Response:
        """Enter the upload as a submission, once all its files have arrived."""
        submission = submit_upload(upload=get_upload(request.user, upload_id))
        return Response(StandingSerializer(follow(submission)).data, status=201)


class SubmissionsView(ListAPIView[Submission]):
    """The asker's submissions in one competition."""

    permission_classes = [IsAuthenticated]
    serializer_class = StandingSerializer
    pagination_class = Pages
    queryset = Submission.objects.none()

    def get_queryset(self) -> QuerySet[Submission]:
        """Return the asker's own and their team's."""
        return own_submissions(
            self.request.user, get_visible(self.request.user, self.kwargs["slug"])
        )

    @extend_schema(
        operation_id="submissions_list", responses=answers(ok=StandingSerializer(many=True))
    )
    def get(self, request: Request, slug: str) -> Response:
        """List the asker's submissions, the newest first."""
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(StandingSerializer(follow_all(page), many=True).data)


class SubmissionView(APIView):
    """One submission."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="submission", responses=answers(ok=StandingSerializer))
    def get(self, request: Request, submission_id: uuid.UUID) -> Response:
        """Follow a submission: its state, place in the queue, progress and public scores."""
        submission = get_submission(request.user, submission_id)
        return Response(StandingSerializer(follow(submission)).data)


class DetailsView(APIView):
    """What goes beyond a submission's score."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="submission_details", responses=answers(ok=DetailsSerializer))
    def get(self, request: Request, submission_id: uuid.UUID) -> Response:
        """Read slices, calibration and robustness as far as they are told now, and efficiency."""
        submission = get_submission(request.user, submission_id)
        body = {
            "tasks": shown_details(request.user, submission.competition, submission.pk),
            "efficiency": efficiency(submission),
        }
        return Response(DetailsSerializer(body).data)


class SampleLogView(APIView):
    """The log of the run over public sample rows."""

    permission_classes = [IsAuthenticated]
    content_negotiation_class = AnyAccept

    @extend_schema(
        operation_id="submission_sample_log",
        responses={(200, "text/plain"): OpenApiTypes.STR, "default": ErrorSerializer},
    )
    def get(self, request: Request, submission_id: uuid.UUID) -> HttpResponse:
        """Read the end of what a submission printed over public sample rows, as plain text."""
        tail = sample_log(get_submission(request.user, submission_id))
        answer = HttpResponse(f"{tail.text}\n", content_type="text/plain; charset=utf-8")
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


class TrainingsView(APIView):
    """The losses of fine-tuning."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="submission_trainings", responses=answers(ok=TrainingSerializer(many=True))
    )
    def get(self, request: Request, submission_id: uuid.UUID) -> Response:
        """Read the loss over the steps of each training, which is about the train split alone."""
        found = trainings(get_submission(request.user, submission_id))
        return Response(TrainingSerializer(found, many=True).data)


class CancelView(APIView):
    """Taking a submission back."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="submission_cancel", request=None, responses=answers(ok=StandingSerializer)
    )
    def post(self, request: Request, submission_id: uuid.UUID) -> Response:
        """Cancel a submission that has no verdict yet."""
        submission = get_submission(request.user, submission_id)
        cancelled = cancel(submission=submission, by=signed_in(request))
        return Response(StandingSerializer(follow(cancelled)).data)


class SelectView(APIView):
    """The choice of what counts."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="submission_select", request=None, responses=answers(ok=StandingSerializer)
    )
    def post(self, request: Request, submission_id: uuid.UUID) -> Response:
        """Let this submission count at the close in place of the one chosen before."""
        submission = get_submission(request.user, submission_id)
        selected = select_final(submission=submission, by=signed_in(request))
        return Response(StandingSerializer(follow(selected)).data)
