"""Entries that look alike, for organizers: compare now, look at the evidence, decide."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError
from common.text import printable
from competitions.admin.access import ReadOnlyAdmin, staff_user
from competitions.admin.columns import coloured
from competitions.admin.desk import desk
from competitions.models import Competition
from competitions.selectors import is_organizer
from scoring.near_duplicates import LEAST_ROWS
from submissions.duplicates_view import chance_words, pair_groups, search_of
from submissions.models import DuplicatePair
from submissions.services.duplicates import compare_now, decide, reopen

_COLOURS = {"To be looked at": "warning", "Dismissed": "info", "Kept": "danger"}


@admin.register(DuplicatePair)
class DuplicatePairAdmin(ReadOnlyAdmin):
    """Rows are made by score workers; a pair's own page is its place on its competition's."""

    list_display = ("shown_pair", "competition_title", "shown_chance", "shown_state", "found_at")
    list_filter = (("competition", admin.RelatedOnlyFieldListFilter), "state")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DuplicatePair]:
        """Load what the list names."""
        rows: QuerySet[DuplicatePair] = super().get_queryset(request)
        sides = [f"{side}__participation" for side in ("first", "second")]
        people = [f"{side}__{whom}" for side in sides for whom in ("user", "team")]
        return rows.select_related("competition", *people)

    @admin.display(description="Submissions")
    def shown_pair(self, pair: DuplicatePair) -> str:
        """Name both."""
        return printable(str(pair))

    @admin.display(description="Competition")
    def competition_title(self, pair: DuplicatePair) -> str:
        """Name the competition."""
        return pair.competition.title

    @admin.display(description="Chance, were they strangers", ordering="chance")
    def shown_chance(self, pair: DuplicatePair) -> str:
        """Say it in words."""
        tasks = pair.evidence["tasks"].values()
        return chance_words(pair.chance, max((each["odd"] for each in tasks), default=0))

    @coloured(description="State", ordering="state", colours=_COLOURS)
    def shown_state(self, pair: DuplicatePair) -> str:
        """Name the state."""
        return pair.get_state_display()

    def get_urls(self) -> list[URLPattern]:
        """Add a competition's page, and what its forms are sent to."""
        own = [
            ("of/<int:competition_id>/", require_safe(self.page), "of"),
            ("of/<int:competition_id>/compare/", require_POST(self.compare), "compare"),
            ("<path:object_id>/decide/", require_POST(self.decide), "decide"),
        ]
        guard = self.admin_site.admin_view
        return [
            *(
                path(route, guard(view), name=f"submissions_duplicatepair_{name}")
                for route, view, name in own
            ),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Go to the pair's place on the page of its competition."""
        pair = self.get_object(request, object_id)
        if pair is None:
            gone: HttpResponse = self._get_obj_does_not_exist_redirect(
                request, self.opts, object_id
            )
            return gone
        return _back(pair.competition_id, pair.pk)

    def page(self, request: HttpRequest, competition_id: int) -> HttpResponse:
        """Show a competition's pairs; to htmx only how far the comparison is."""
        competition = _organized(request, competition_id)
        search = search_of(competition)
        context: dict[str, Any] = {"competition": competition, "search": search}
        if request.headers.get("HX-Request"):
            part = TemplateResponse(request, "admin/submissions/duplicatepair/search.html", context)
            if search is None or not search.is_pending:
                part["HX-Refresh"] = "true"
            return part
        context |= {
            **self.admin_site.each_context(request),
            "title": f"Entries of “{competition}” that look alike",
            "desk": desk(competition),
            "media": self.media,
            "opts": self.opts,
            "groups": pair_groups(competition, search),
            "least_rows": LEAST_ROWS,
        }
        return TemplateResponse(request, "admin/submissions/duplicatepair/page.html", context)

    def compare(self, request: HttpRequest, competition_id: int) -> HttpResponse:
        """Ask for a comparison."""
        competition = _organized(request, competition_id)
        try:
            compare_now(competition=competition, by=staff_user(request))
        except DomainError as error:
            messages.error(request, error.message)
        return _back(competition.pk)

    def decide(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Dismiss or keep a pair with a reason, or undo that."""
        pair: DuplicatePair | None = self.get_object(request, object_id)
        if pair is None:
            raise Http404
        verdict, by = request.POST.get("verdict", ""), staff_user(request)
        try:
            if verdict == DuplicatePair.State.OPEN:
                reopen(pair=pair, by=by)
            else:
                decide(pair=pair, verdict=verdict, reason=request.POST.get("reason", ""), by=by)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            told = f"{pair.get_state_display()}: {pair.reason}".removesuffix(": ")
            self.log_change(request, pair, told)
            messages.success(request, f"{printable(str(pair))}: {pair.get_state_display()}.")
        return _back(pair.competition_id, pair.pk)


def _organized(request: HttpRequest, competition_id: int) -> Competition:
    found = Competition.objects.filter(pk=competition_id).first()
    if found is None or not is_organizer(staff_user(request), found):
        raise Http404
    return found


def _back(competition_id: int, pair_id: int | None = None) -> HttpResponseRedirect:
    place = reverse("admin:submissions_duplicatepair_of", args=[competition_id])
    return redirect(place if pair_id is None else f"{place}#pair-{pair_id}")
