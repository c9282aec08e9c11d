"""What participants entered, and the organizers' way to run it again."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.errors import DomainError
from common.text import printable
from competitions.admin.access import ReadOnlyAdmin, staff_user
from competitions.admin.columns import coloured
from competitions.quantity_text import size_text
from submissions.admin.parts import STATE_COLOURS, ShownInline, preformatted
from submissions.models import Run, Submission, SubmissionFile
from submissions.services.rerun import rerun


class FileInline(ShownInline):
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


class RunInline(ShownInline):
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

    @coloured(description="State", ordering="state", colours=STATE_COLOURS)
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
        return preformatted(json.dumps(submission.declared, indent=2, ensure_ascii=False))
