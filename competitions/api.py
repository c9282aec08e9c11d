"""Competitions: list, read, join, and their public train splits."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from common.api import Pages, answers
from competitions.api_serializers import (
    EXAMPLE_ROWS,
    CompetitionLineSerializer,
    CompetitionSerializer,
    JoinSerializer,
    ParticipationSerializer,
)
from competitions.models import Competition
from competitions.selectors import (
    current_phase,
    example_rows,
    get_detailed,
    get_task,
    get_visible,
    takes_part,
    train_files_stream,
    train_image,
    train_stream,
    visible_competitions,
)
from competitions.services.join import join

SHOWN_EXAMPLES = 5


class CompetitionsView(ListAPIView[Competition]):
    """All competitions that the asker may see."""

    serializer_class = CompetitionLineSerializer
    pagination_class = Pages
    queryset = Competition.objects.none()

    def get_queryset(self) -> QuerySet[Competition]:
        """Return drafts to their organizers only."""
        return visible_competitions(self.request.user)

    @extend_schema(
        operation_id="competitions_list",
        responses=answers(ok=CompetitionLineSerializer(many=True)),
    )
    def get(self, request: Request) -> Response:
        """List competitions, the newest first."""
        return self.list(request)


class CompetitionView(APIView):
    """One competition."""

    @extend_schema(operation_id="competition", responses=answers(ok=CompetitionSerializer))
    def get(self, request: Request, slug: str) -> Response:
        """Read a competition with its limits, phases, tasks and awards."""
        competition = get_detailed(request.user, slug)
        context = {
            "current_phase": current_phase(competition, timezone.now()),
            "joined": takes_part(request.user, competition),
        }
        return Response(CompetitionSerializer(competition, context=context).data)


class TrainView(APIView):
    """The public train split of a task."""

    @extend_schema(
        operation_id="task_train",
        responses=answers(ok=OpenApiTypes.BINARY),
        description='JSON Lines: one `{"id", "input", "label"}` a line.',
    )
    def get(self, request: Request, slug: str, task_slug: str) -> FileResponse:
        """Download the train split."""
        task = get_task(get_visible(request.user, slug), task_slug)
        return FileResponse(
            train_stream(task),
            as_attachment=True,
            filename=f"{slug}-{task.slug}-train.jsonl",
            content_type="application/x-ndjson",
        )


class TrainFilesView(APIView):
    """The images of a task's public train split."""

    @extend_schema(
        operation_id="task_train_files",
        responses=answers(ok=OpenApiTypes.BINARY),
        description="A zip of the files that rows of the train split name.",
    )
    def get(self, request: Request, slug: str, task_slug: str) -> FileResponse:
        """Download the images of the train split."""
        task = get_task(get_visible(request.user, slug), task_slug)
        return FileResponse(
            train_files_stream(task),
            as_attachment=True,
            filename=f"{slug}-{task.slug}-train-files.zip",
            content_type="application/zip",
        )


class TrainImageView(APIView):
    """One image of a task's public train split."""

    @extend_schema(operation_id="task_train_image", responses=answers(ok=OpenApiTypes.BINARY))
    def get(self, request: Request, slug: str, task_slug: str, name: str) -> HttpResponse:
        """Show an image that a row of the train split names: PNG or JPEG."""
        task = get_task(get_visible(request.user, slug), task_slug)
        kind = "image/png" if name.endswith(".png") else "image/jpeg"
        return HttpResponse(
            train_image(task, name), content_type=kind, headers={"Cache-Control": "private"}
        )


class ExamplesView(APIView):
    """Example rows of a task."""

    @extend_schema(operation_id="task_examples", responses=answers(ok=EXAMPLE_ROWS))
    def get(self, request: Request, slug: str, task_slug: str) -> Response:
        """Show rows of the train split, or made-up ones of the same shape; never test rows."""
        task = get_task(get_visible(request.user, slug), task_slug)
        return Response(example_rows(task, SHOWN_EXAMPLES))


class JoinView(APIView):
    """Entering a competition."""

    @extend_schema(
        operation_id="join",
        request=JoinSerializer,
        responses=answers(ok=ParticipationSerializer, created=ParticipationSerializer),
    )
    def post(self, request: Request, slug: str) -> Response:
        """Accept the rules and take part; 200 where the asker takes part already."""
        wanted = JoinSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        participation, created = join(
            competition=get_visible(request.user, slug),
            user=signed_in(request),
            accept_rules=wanted.validated_data["accept_rules"],
        )
        data = ParticipationSerializer(participation).data
        return Response(data, status=201 if created else 200)
