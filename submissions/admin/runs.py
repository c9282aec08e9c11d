"""One attempt in a sandbox: what it held, how it ended, its logs."""

from __future__ import annotations

import json

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.text import printable
from competitions.admin.access import ReadOnlyAdmin
from competitions.admin.columns import coloured
from submissions.admin.parts import STATE_COLOURS, ShownInline, preformatted
from submissions.log_tail import read_end
from submissions.models import Run, RunTask
from submissions.needs import in_words

# More of a log than this is not read on a page.
LOG_SHOWN_BYTES = 256 * 1024


class RunTaskInline(ShownInline):
    """How each task went."""

    model = RunTask
    hide_title = True
    fields = readonly_fields = (
        "task",
        "state",
        "shown_sample_fault",
        "error_code",
        "shown_error",
        "rows_done",
        "rows_total",
        "shown_rate",
    )

    @admin.display(description="Over the sample rows")
    def shown_sample_fault(self, row: RunTask) -> str:
        """Show what the participant reads too."""
        return printable(f"{row.smoke_code}: {row.smoke_message}") if row.smoke_code else "–"

    @admin.display(description="Message (for organizers only)")
    def shown_error(self, row: RunTask) -> str:
        """Show a stranger's text."""
        return printable(row.error_message)

    @admin.display(description="Rows a second")
    def shown_rate(self, row: RunTask) -> str:
        """Round the rate."""
        return f"{row.rate:.1f}"


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """One attempt: where it ran, outcome, measured use, the logs of both sandboxes."""

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
        "shown_held",
        "shown_missing",
        "queued_at",
        ("started_at", "ended_at"),
        "shown_usage",
        "shown_sample_outcome",
        "shown_sample_log",
        "shown_log",
    )
    readonly_fields = (
        "shown_submission",
        "shown_state",
        "shown_reason",
        "shown_held",
        "shown_missing",
        "queued_at",
        "started_at",
        "ended_at",
        "shown_usage",
        "shown_sample_outcome",
        "shown_sample_log",
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

    @coloured(description="State", ordering="state", colours=STATE_COLOURS)
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
        return preformatted(json.dumps(run.usage, indent=2, ensure_ascii=False))

    @admin.display(description="Its worker held")
    def shown_held(self, run: Run) -> str:
        """Name the guarantees that were proved when the run was taken."""
        return in_words(run.guarantees) or "–"

    @admin.display(description="Lacked by the last that looked")
    def shown_missing(self, run: Run) -> str:
        """Name what the last worker lacked that left the run where it was."""
        return in_words(run.missing) or "–"

    @admin.display(description="Sample run")
    def shown_sample_outcome(self, run: Run) -> str:
        """Say how the sandbox with public rows ended."""
        return run.smoke_outcome or "–"

    @admin.display(description="Log over the sample rows (its participant sees the end)")
    def shown_sample_log(self, run: Run) -> SafeString | str:
        """Show the log of the sandbox that held public rows only."""
        return _log(run.smoke_log_sha256)

    @admin.display(description="Log over the hidden rows (for organizers only)")
    def shown_log(self, run: Run) -> SafeString | str:
        """Show the log of the sandbox that held hidden rows."""
        if run.smoke_outcome and not run.tasks.filter(smoke_code="").exists():
            return "Every task failed over the sample rows, so it did not get to the hidden ones."
        return _log(run.log_sha256)


def _log(sha256: str) -> SafeString | str:
    """Show the end of a log as text; a model wrote it, so nothing of it is trusted."""
    if not sha256:
        return "–"
    try:
        end = read_end(sha256, max_bytes=LOG_SHOWN_BYTES)
    except FileNotFoundError:
        return "The log is no longer stored."
    return preformatted(end.decode("utf-8", "replace")) if end else "It printed nothing."
