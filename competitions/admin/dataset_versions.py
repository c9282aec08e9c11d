"""All dataset versions: checksums, rows, who and when. Their labels are nowhere to be read."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from competitions.admin.access import ReadOnlyAdmin
from competitions.models import DatasetVersion


@admin.register(DatasetVersion)
class DatasetVersionAdmin(ReadOnlyAdmin):
    """Read only: a fix is a new version, uploaded on the task's dataset page."""

    competition_path = "task__competition"
    list_display = ("__str__", "competition", "rows", "train_rows", "current", "by", "created_at")
    list_filter = (("task__competition", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("task__slug", "task__title", "task__competition__title", "note")
    fields = (
        "competition",
        ("task_title", "number", "current"),
        ("rows", "train_rows"),
        "inputs_sha256",
        "labels_sha256",
        "train_sha256",
        ("files_sha256", "train_files_sha256"),
        "note",
        ("by", "created_at"),
    )
    readonly_fields = ("competition", "task_title", "current", "by", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DatasetVersion]:
        """Load what the list names."""
        rows: QuerySet[DatasetVersion] = super().get_queryset(request)
        return rows.select_related("task__competition", "created_by")

    @admin.display(ordering="task__competition__title")
    def competition(self, version: DatasetVersion) -> str:
        """Name the competition."""
        return version.task.competition.title

    @admin.display(description="Task")
    def task_title(self, version: DatasetVersion) -> str:
        """Name the task."""
        return version.task.title

    @admin.display(description="Counts now", boolean=True)
    def current(self, version: DatasetVersion) -> bool:
        """Tell whether it is the task's present dataset."""
        return version.task.dataset_id == version.pk

    @admin.display(description="Uploaded by")
    def by(self, version: DatasetVersion) -> str:
        """Name the organizer."""
        return version.created_by.username
