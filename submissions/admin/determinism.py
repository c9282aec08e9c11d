"""Second runs of leading entries beside their first ones; a difference is accepted here, or not."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from common.errors import DomainError
from common.text import printable
from competitions.admin.access import ReadOnlyAdmin, staff_user
from competitions.admin.columns import coloured
from submissions.determinism import accept
from submissions.models import DeterminismCheck, Run

_COLOURS = {
    "Runs again": "info",
    "Same within the tolerance": "success",
    "Differs": "danger",
    "Differs, accepted": "warning",
}


@admin.register(DeterminismCheck)
class DeterminismCheckAdmin(ReadOnlyAdmin):
    """Read only but for the acceptance of a difference. Rows are made after the close."""

    competition_path = "submission__participation__competition"
    change_form_outer_before_template = "admin/submissions/determinismcheck/accept.html"
    list_display = ("shown_submission", "competition_title", "shown_state", "ended_at")
    list_filter = ((competition_path, admin.RelatedOnlyFieldListFilter), "state")
    fields = (
        "shown_submission",
        ("shown_state", "tolerance"),
        ("first_run", "second_run"),
        "shown_differences",
        ("accepted_by", "shown_reason"),
        ("created_at", "ended_at"),
    )
    readonly_fields = (
        "shown_submission",
        "shown_state",
        "first_run",
        "second_run",
        "shown_differences",
        "shown_reason",
        "created_at",
        "ended_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeterminismCheck]:
        """Load what the list names."""
        rows: QuerySet[DeterminismCheck] = super().get_queryset(request)
        people = "submission__participation"
        return rows.select_related(
            f"{people}__user", f"{people}__team", f"{people}__competition", "original", "repeat"
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the address that takes an acceptance."""
        own = path(
            "<path:object_id>/accept/",
            self.admin_site.admin_view(require_POST(self.accept_view)),
            name="submissions_determinismcheck_accept",
        )
        return [own, *super().get_urls()]

    def accept_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Accept a difference with a reason, and go back."""
        check: DeterminismCheck | None = self.get_object(request, object_id)
        if check is None:
            raise Http404
        try:
            accept(check=check, by=staff_user(request), reason=request.POST.get("reason", ""))
        except DomainError as error:
            messages.error(request, error.message)
        else:
            self.log_change(request, check, f"Accepted: {check.accepted_reason}")
            messages.success(request, "The difference is accepted; it holds no result back.")
        return redirect("admin:submissions_determinismcheck_change", check.pk)

    @admin.display(description="Submission")
    def shown_submission(self, check: DeterminismCheck) -> str:
        """Name participant and number."""
        return printable(str(check.submission))

    @admin.display(description="Competition")
    def competition_title(self, check: DeterminismCheck) -> str:
        """Name the competition."""
        return check.submission.competition.title

    @coloured(description="Result", ordering="state", colours=_COLOURS)
    def shown_state(self, check: DeterminismCheck) -> str:
        """Name the state."""
        return check.get_state_display()

    @admin.display(description="First run")
    def first_run(self, check: DeterminismCheck) -> SafeString:
        """Lead to the run that was scored."""
        return _run_link(check.original)

    @admin.display(description="Second run")
    def second_run(self, check: DeterminismCheck) -> SafeString:
        """Lead to the latest attempt at the second run."""
        return _run_link(check.repeat)

    @admin.display(description="Both runs, task by task")
    def shown_differences(self, check: DeterminismCheck) -> SafeString | str:
        """Set both runs side by side."""
        if not check.differences:
            return "The second run has not ended yet."
        rows = format_html_join("", _ROW, map(_cells, check.differences.items()))
        return format_html(_TABLE, rows)

    @admin.display(description="Why it may stand")
    def shown_reason(self, check: DeterminismCheck) -> str:
        """Show an organizer's text."""
        return printable(check.accepted_reason) or "–"


_TABLE = (
    '<table class="podium-table"><thead><tr><th scope="col">Task</th>'
    '<th scope="col">Public points</th><th scope="col">Private points</th>'
    '<th scope="col">Rows with another answer</th><th scope="col"></th></tr></thead>'
    "<tbody>{}</tbody></table>"
)
_ROW = '<tr><th scope="row">{}</th><td>{}</td><td>{}</td><td>{} of {}</td><td>{}</td></tr>'


def _cells(found: tuple[str, dict[str, Any]]) -> tuple[str | int, ...]:
    slug, each = found
    return (
        slug,
        _pair(each["public"]),
        _pair(each["private"]),
        each["other_rows"],
        each["rows"],
        "beyond the tolerance" if each["beyond"] else "",
    )


def _pair(points: list[float | None]) -> str:
    first, second = ("failed" if each is None else f"{each:.4f}" for each in points)
    return f"{first} → {second}"


def _run_link(run: Run) -> SafeString:
    return format_html(
        '<a href="{}">Run {}: {}, {}</a>',
        reverse("admin:submissions_run_change", args=[run.pk]),
        run.attempt,
        run.get_state_display(),
        run.backend or "no worker yet",
    )
