"""Rescorings of a competition: how far one is, what it would change, publish or discard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError
from competitions.admin.access import ReadOnlyAdmin, staff_user
from competitions.admin.columns import coloured
from competitions.admin.desk import desk
from competitions.models import Competition
from competitions.selectors import is_organizer
from scoring.models import Rescoring, Split
from scoring.services.rescoring import (
    compute_again,
    discard,
    open_rescoring,
    outdated_scores,
    request_publication,
    start_rescoring,
)

_COLOURS = {
    "Computing": "info",
    "Ready to publish": "warning",
    "Publishing": "info",
    "Published": "success",
    "Failed": "danger",
}
_MOST_CHANGES = 500
_PAGE = "admin/scoring/rescoring/page.html"
_PROGRESS = "admin/scoring/rescoring/progress.html"


@admin.register(Rescoring)
class RescoringAdmin(ReadOnlyAdmin):
    """Rows are made by uploads of labels, or on a competition's page here; that page does the
    rest."""

    list_display = ("competition_title", "shown_state", "note", "created_at", "published_at")
    list_filter = (("competition", admin.RelatedOnlyFieldListFilter), "state")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rescoring]:
        """Load what the list names."""
        rows: QuerySet[Rescoring] = super().get_queryset(request)
        return rows.select_related("competition").defer("preview", "before")

    @admin.display(description="Competition", ordering="competition__title")
    def competition_title(self, rescoring: Rescoring) -> str:
        """Name the competition."""
        return rescoring.competition.title

    @coloured(description="State", ordering="state", colours=_COLOURS)
    def shown_state(self, rescoring: Rescoring) -> str:
        """Name the state."""
        return rescoring.get_state_display()

    def get_urls(self) -> list[URLPattern]:
        """Add a competition's page, and what its forms are sent to."""
        guard = self.admin_site.admin_view
        return [
            path(
                "of/<int:competition_id>/",
                guard(require_safe(self.page)),
                name="scoring_rescoring_of",
            ),
            path(
                "of/<int:competition_id>/start/",
                guard(require_POST(self.start)),
                name="scoring_rescoring_start",
            ),
            self._verb("publish", self._publish),
            self._verb("discard", self._discard),
            self._verb("again", self._again),
            *super().get_urls(),
        ]

    def _verb(self, name: str, verb: Callable[[HttpRequest, Rescoring], str]) -> URLPattern:
        def view(request: HttpRequest, object_id: str) -> HttpResponse:
            rescoring: Rescoring | None = self.get_object(request, object_id)
            if rescoring is None:
                raise Http404
            try:
                done = verb(request, rescoring)
            except DomainError as error:
                messages.error(request, error.message)
            else:
                self.log_change(request, rescoring, done)
                messages.success(request, done)
            return _back(rescoring.competition_id)

        guarded = self.admin_site.admin_view(require_POST(view))
        found: URLPattern = path(
            f"<path:object_id>/{name}/", guarded, name=f"scoring_rescoring_{name}"
        )
        return found

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Go to the page of its competition."""
        rescoring = self.get_object(request, object_id)
        if rescoring is None:
            gone: HttpResponse = self._get_obj_does_not_exist_redirect(
                request, self.opts, object_id
            )
            return gone
        return _back(rescoring.competition_id)

    def page(self, request: HttpRequest, competition_id: int) -> HttpResponse:
        """Show the open rescoring and earlier ones; to htmx only how far it is."""
        competition = _organized(request, competition_id)
        rescoring = open_rescoring(competition)
        context: dict[str, Any] = {"competition": competition, "rescoring": rescoring}
        if request.headers.get("HX-Request"):
            part = TemplateResponse(request, _PROGRESS, context)
            if rescoring is None or rescoring.state not in Rescoring.WORKING:
                part["HX-Refresh"] = "true"
            return part
        ended = competition.rescorings.exclude(state__in=Rescoring.OPEN).defer("preview", "before")
        context |= {
            **self.admin_site.each_context(request),
            "title": f"Rescoring of “{competition}”",
            "desk": desk(competition),
            "media": self.media,
            "opts": self.opts,
            "tasks": competition.tasks.all(),
            "boards": _boards(rescoring),
            "changes": rescoring.preview.get("tasks", []) if rescoring else [],
            "outdated": 0 if rescoring else outdated_scores(competition),
            "ended": ended.select_related("published_by", "created_by"),
        }
        return TemplateResponse(request, _PAGE, context)

    def start(self, request: HttpRequest, competition_id: int) -> HttpResponse:
        """Score all again with the present scorer."""
        competition = _organized(request, competition_id)
        try:
            rescoring = start_rescoring(competition=competition, by=staff_user(request))
        except DomainError as error:
            messages.error(request, error.message)
        else:
            self.log_change(request, rescoring, "Began.")
        return _back(competition_id)

    def _publish(self, request: HttpRequest, rescoring: Rescoring) -> str:
        if request.POST.get("confirm") != "yes":
            raise DomainError("not_confirmed", "Tick the box to confirm.", field="confirm")
        note = request.POST.get("note", "")
        request_publication(rescoring=rescoring, by=staff_user(request), note=note)
        return "The new scores are being published."

    def _discard(self, request: HttpRequest, rescoring: Rescoring) -> str:
        discard(rescoring=rescoring)
        return "The rescoring is discarded. Nothing that participants see has changed."

    def _again(self, request: HttpRequest, rescoring: Rescoring) -> str:
        if rescoring.state != Rescoring.State.FAILED or not compute_again(rescoring):
            raise DomainError("not_failed", "The rescoring has not failed; look at it again.")
        return "The rescoring begins again."


def _boards(rescoring: Rescoring | None) -> list[dict[str, Any]]:
    """Return for each board of the preview who changes places, and who points alone."""
    if rescoring is None or rescoring.state != Rescoring.State.READY:
        return []
    return [_board(Split(name), changes) for name, changes in rescoring.preview["boards"].items()]


def _board(split: Split, changes: list[dict[str, Any]]) -> dict[str, Any]:
    moved = [each for each in changes if each["old_rank"] != each["new_rank"]]
    stayed = [each for each in changes if each["old_rank"] == each["new_rank"]]
    return {
        "title": "Final board" if split == Split.PRIVATE else "Public board",
        "moved": moved[:_MOST_CHANGES],
        "more": max(0, len(moved) - _MOST_CHANGES),
        "places": len(moved),
        "stayed": stayed[:_MOST_CHANGES],
        "points": len(stayed),
    }


def _organized(request: HttpRequest, competition_id: int) -> Competition:
    found = Competition.objects.filter(pk=competition_id).first()
    if found is None or not is_organizer(staff_user(request), found):
        raise Http404
    return found


def _back(competition_id: int) -> HttpResponseRedirect:
    return redirect(reverse("admin:scoring_rescoring_of", args=[competition_id]))
