"""Submissions and runs on the organizers' desk: looked at, run again, never changed by hand.

There is no way from here to a participant's files or to stored predictions.
"""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import TabularInline

from common import blobs
from common.errors import DomainError
from common.text import printable
from competitions.admin.access import ReadOnlyAdmin, staff_user
from competitions.admin.columns import coloured
from competitions.quantity_text import size_text
from submissions.models import Predictions, Run, RunTask, Submission, SubmissionFile
from submissions.services.rerun import rerun

# More of a log than this is not read on a page.
LOG_SHOWN_BYTES = 256 * 1024
_STATE_COLOURS = {
    "Scored": "success",
    "Failed": "danger",
    "Refused": "danger",
    "Cancelled": "warning",
    "Done": "success",
    "Lost": "danger",
    "Running": "info",
}


class _ShownInline(TabularInline):  # type: ignore[misc]
    """Rows that are only shown; who sees the page sees them."""

    extra = 0
    can_delete = False
    tab = True

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Follow the page that the rows are on."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let nobody add."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let nobody change."""
        return False


class FileInline(_ShownInline):
    """The manifest."""

    model = SubmissionFile
    hide_title = True
    fields = readonly_fields = ("shown_path", "shown_size", "sha256")

    @admin.display(description="Path")
    def shown_path(self, file: SubmissionFile) -> str:
        """Show a stranger's text."""
        return printable(file.path)

    @admin.display(description="Size")
    def shown_size(self, file: SubmissionFile) -> str:
        """Show bytes with a unit."""
        return size_text(file.size)


class RunInline(_ShownInline):
    """Attempts to run it."""

    model = Run
    hide_title = True
    show_change_link = True
    fields = readonly_fields = ("attempt_link", "state", "outcome", "reason", "backend", "ended_at")

    @admin.display(description="Attempt")
    def attempt_link(self, run: Run) -> SafeString:
        """Lead to the run's page."""
        address = f"../../../run/{run.pk}/change/"
        return format_html('<a class="podium-link" href="{}">{}</a>', address, run.attempt)


class RunTaskInline(_ShownInline):
    """How each task went."""

    model = RunTask
    hide_title = True
    fields = readonly_fields = (
        "task",
        "state",
        "error_code",
        "shown_error",
        "rows_done",
        "rows_total",
        "shown_rate",
    )

    @admin.display(description="Message")
    def shown_error(self, row: RunTask) -> str:
        """Show a stranger's text."""
        return printable(row.error_message)

    @admin.display(description="Rows a second")
    def shown_rate(self, row: RunTask) -> str:
        """Round the rate."""
        return f"{row.rate:.1f}"


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    """What participants entered, and the organizers' way to run it again."""

    competition_path = "participation__competition"
    list_display = (
        "__str__",
        "competition_title",
        "shown_state",
        "error_code",
        "format",
        "shown_size",
        "created_at",
    )
    list_filter = (
        ("participation__competition", admin.RelatedOnlyFieldListFilter),
        "state",
        "format",
        "participation__is_baseline",
    )
    search_fields = ("id", "participation__user__username", "participation__team__name")
    fields = (
        ("participant", "competition_title"),
        ("number", "shown_state"),
        ("error_code", "error_field"),
        "shown_error",
        ("format", "shown_size"),
        ("parameters", "selected_final"),
        "manifest_sha256",
        "shown_declared",
        "phase_title",
        ("created_at", "ended_at"),
    )
    readonly_fields = (
        "participant",
        "competition_title",
        "shown_state",
        "shown_error",
        "shown_size",
        "shown_declared",
        "phase_title",
        "created_at",
        "ended_at",
    )
    inlines = (RunInline, FileInline)
    actions = ("rerun_chosen",)
    change_form_outer_before_template = "admin/submissions/submission/rerun.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        """Load what the list names."""
        rows: QuerySet[Submission] = super().get_queryset(request)
        people = ("participation__user", "participation__team", "participation__competition")
        return rows.select_related(*people, "phase")

    @admin.action(description="Run again", permissions=["view"])
    def rerun_chosen(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        """Queue a new run of each; say which could not be run."""
        done = 0
        for submission in chosen:
            try:
                rerun(submission=submission, by=staff_user(request))
                done += 1
            except DomainError as error:
                messages.error(request, f"{submission}: {error.message}")
        if done:
            messages.success(request, f"{done} submission(s) wait for a worker.")

    def view_on_site(self, obj: Submission) -> str:
        """Link to the submission's page."""
        return f"/submissions/{obj.pk}/"

    @admin.display(description="Participant")
    def participant(self, submission: Submission) -> str:
        """Show the name that boards show."""
        return submission.participation.display_name

    @admin.display(description="Competition", ordering="participation__competition__title")
    def competition_title(self, submission: Submission) -> str:
        """Name the competition."""
        return submission.competition.title

    @admin.display(description="Phase")
    def phase_title(self, submission: Submission) -> str:
        """Name the phase."""
        return submission.phase.title if submission.phase else "–"

    @coloured(description="State", ordering="state", colours=_STATE_COLOURS)
    def shown_state(self, submission: Submission) -> str:
        """Name the state."""
        return submission.get_state_display()

    @admin.display(description="Size", ordering="size")
    def shown_size(self, submission: Submission) -> str:
        """Show bytes with a unit."""
        return size_text(submission.size)

    @admin.display(description="Message")
    def shown_error(self, submission: Submission) -> str:
        """Show text that may quote a stranger's."""
        return printable(submission.error_message)

    @admin.display(description="Declared by the participant")
    def shown_declared(self, submission: Submission) -> SafeString:
        """Show what submission.yaml said."""
        return _preformatted(json.dumps(submission.declared, indent=2, ensure_ascii=False))


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """One attempt in a sandbox: outcome, measured use, log."""

    competition_path = "submission__participation__competition"
    list_display = (
        "__str__",
        "competition_title",
        "shown_state",
        "outcome",
        "backend",
        "worker",
        "queued_at",
        "ended_at",
    )
    list_filter = (
        ("submission__participation__competition", admin.RelatedOnlyFieldListFilter),
        "state",
        "outcome",
        "backend",
    )
    search_fields = ("submission__id", "submission__participation__user__username", "worker")
    fields = (
        ("shown_submission", "attempt"),
        ("shown_state", "outcome"),
        "shown_reason",
        ("backend", "worker"),
        "queued_at",
        ("started_at", "ended_at"),
        "shown_usage",
        "shown_log",
    )
    readonly_fields = (
        "shown_submission",
        "shown_state",
        "shown_reason",
        "queued_at",
        "started_at",
        "ended_at",
        "shown_usage",
        "shown_log",
    )
    inlines = (RunTaskInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        """Load what the list names."""
        rows: QuerySet[Run] = super().get_queryset(request)
        people = "submission__participation"
        return rows.select_related(f"{people}__user", f"{people}__team", f"{people}__competition")

    @admin.display(description="Competition")
    def competition_title(self, run: Run) -> str:
        """Name the competition."""
        return run.submission.competition.title

    @admin.display(description="Submission")
    def shown_submission(self, run: Run) -> SafeString:
        """Lead to the submission."""
        address = f"../../../submission/{run.submission_id}/change/"
        return format_html('<a class="podium-link" href="{}">{}</a>', address, run.submission)

    @coloured(description="State", ordering="state", colours=_STATE_COLOURS)
    def shown_state(self, run: Run) -> str:
        """Name the state."""
        return run.get_state_display()

    @admin.display(description="Reason")
    def shown_reason(self, run: Run) -> str:
        """Show text that may quote a stranger's."""
        return printable(run.reason)

    @admin.display(description="Measured use")
    def shown_usage(self, run: Run) -> SafeString:
        """Show what the sandbox measured."""
        return _preformatted(json.dumps(run.usage, indent=2, ensure_ascii=False))

    @admin.display(description="Log (for organizers only)")
    def shown_log(self, run: Run) -> SafeString | str:
        """Show the end of the log as text; a model wrote it, so nothing of it is trusted."""
        if not run.log_sha256:
            return "–"
        try:
            with blobs.logs.open(run.log_sha256) as stream:
                stream.seek(max(0, blobs.logs.size(run.log_sha256) - LOG_SHOWN_BYTES))
                text = stream.read(LOG_SHOWN_BYTES).decode("utf-8", "replace")
        except FileNotFoundError:
            return "The log is no longer stored."
        return _preformatted(text)


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


def _preformatted(text: str) -> SafeString:
    return format_html('<pre class="podium-log">{}</pre>', printable(text))
