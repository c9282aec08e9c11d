"""That a run returned answers for a task, and their checksum; the answers stay inside."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from competitions.admin.access import ReadOnlyAdmin
from competitions.quantity_text import size_text
from submissions.models import Predictions


@admin.register(Predictions)
class PredictionsAdmin(ReadOnlyAdmin):
    """That a run returned answers for a task, and their checksum; the answers stay inside."""

    competition_path = "task__competition"
    list_display = ("short_sha256", "task_title", "shown_run", "shown_size", "created_at")
    list_filter = (("task__competition", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("sha256", "run__submission__id")
    fields = (
        "sha256",
        ("task_title", "shown_dataset"),
        ("shown_run", "shown_size"),
        "created_at",
    )
    readonly_fields = ("task_title", "shown_dataset", "shown_run", "shown_size", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Predictions]:
        """Load what the list names."""
        rows: QuerySet[Predictions] = super().get_queryset(request)
        people = "run__submission__participation"
        return rows.select_related(
            "task__competition", "dataset__task", f"{people}__user", f"{people}__team"
        )

    @admin.display(description="sha256")
    def short_sha256(self, predictions: Predictions) -> str:
        """Show the first characters."""
        return predictions.sha256[:12]

    @admin.display(description="Task")
    def task_title(self, predictions: Predictions) -> str:
        """Name the task."""
        return predictions.task.title

    @admin.display(description="Dataset")
    def shown_dataset(self, predictions: Predictions) -> str:
        """Name the dataset version."""
        return str(predictions.dataset)

    @admin.display(description="Run")
    def shown_run(self, predictions: Predictions) -> str:
        """Name the run."""
        return str(predictions.run)

    @admin.display(description="Size")
    def shown_size(self, predictions: Predictions) -> str:
        """Show bytes with a unit."""
        return size_text(predictions.size)
