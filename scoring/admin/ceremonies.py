"""The organizers' page of results: who gets what and why, disputes, names, publication."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from common.errors import DomainError
from competitions.admin.access import ReadOnlyAdmin, staff_user
from competitions.admin.columns import coloured
from competitions.admin.desk import desk
from competitions.award_sentences import rule_sentence
from competitions.models import Award, Participation
from scoring.models import Ceremony, Dispute
from scoring.selectors import get_award, granted_awards
from scoring.services.announce import announce_again
from scoring.services.disputes import dismiss_dispute, get_dispute, uphold_dispute
from scoring.services.nominations import drop_nomination, nominate
from scoring.services.preview import preview_awards
from scoring.services.publish_results import publication_problems, publish_results

_MOST_REFUSALS = 200
_ANSWERS = {"upheld": uphold_dispute, "dismissed": dismiss_dispute}


@admin.register(Ceremony)
class CeremonyAdmin(ReadOnlyAdmin):
    """Results of closed competitions. Rows are made by the close; the page does the rest."""

    list_display = ("title", "shown_state", "disputes_until", "shown_disputes", "published_at")
    list_filter = ("state",)
    search_fields = ("competition__title", "competition__slug")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ceremony]:
        """Count open disputes for the list."""
        rows: QuerySet[Ceremony] = super().get_queryset(request)
        still_open = Count("disputes", filter=Q(disputes__state=Dispute.State.OPEN))
        return rows.select_related("competition").annotate(open_disputes=still_open)

    @admin.display(description="Competition", ordering="competition__title")
    def title(self, ceremony: Ceremony) -> str:
        """Name the competition."""
        return ceremony.competition.title

    @coloured(
        description="Results",
        ordering="state",
        colours={"Provisional": "warning", "Published": "success"},
    )
    def shown_state(self, ceremony: Ceremony) -> str:
        """Name the state."""
        return ceremony.get_state_display()

    @admin.display(description="Open disputes", ordering="open_disputes")
    def shown_disputes(self, ceremony: Any) -> int:
        """Count open disputes."""
        return int(ceremony.open_disputes)

    def get_urls(self) -> list[URLPattern]:
        """Add what the page's forms are sent to."""
        return [
            self._verb("<path:object_id>/publish/", self.publish, "publish"),
            self._verb("<path:object_id>/nominate/", self.nominate, "nominate"),
            self._verb("<path:object_id>/drop/", self.drop, "drop"),
            self._verb("<path:object_id>/disputes/<int:dispute_id>/", self.answer, "answer"),
            *super().get_urls(),
        ]

    def _verb(self, route: str, verb: Callable[..., str], name: str) -> URLPattern:
        def view(request: HttpRequest, object_id: str, **values: Any) -> HttpResponse:
            ceremony = self._organized(request, object_id)
            try:
                done = verb(request, ceremony, **values)
            except DomainError as error:
                messages.error(request, error.message)
            else:
                self.log_change(request, ceremony, done)
                messages.success(request, done)
            return redirect("admin:scoring_ceremony_change", ceremony.pk)

        guarded = self.admin_site.admin_view(require_POST(view))
        found: URLPattern = path(route, guarded, name=f"scoring_ceremony_{name}")
        return found

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show every grant and refusal with its reason, and what is still to do."""
        ceremony = self.get_object(request, object_id)
        if ceremony is None:
            gone: HttpResponse = self._get_obj_does_not_exist_redirect(
                request, self.opts, object_id
            )
            return gone
        return TemplateResponse(
            request, "admin/scoring/ceremony/preview.html", self._page(request, ceremony)
        )

    def publish(self, request: HttpRequest, ceremony: Ceremony) -> str:
        """Publish the results."""
        if request.POST.get("confirm") != "yes":
            raise DomainError("not_confirmed", "Tick the box to confirm.", field="confirm")
        grants = publish_results(
            competition=ceremony.competition,
            by=staff_user(request),
            withheld=request.POST.getlist("withheld"),
        )
        return f"Results are published and signed: {len(grants)} prizes."

    def nominate(self, request: HttpRequest, ceremony: Ceremony) -> str:
        """Put a name on an award's list."""
        award = get_award(ceremony.competition, request.POST.get("award", ""))
        made = nominate(
            award=award,
            participation=self._participation(request, ceremony),
            by=staff_user(request),
            place=_number(request.POST.get("place", "1")),
            reason=request.POST.get("reason", ""),
        )
        return f"“{made.participation}” is on the list of “{award}”."

    def drop(self, request: HttpRequest, ceremony: Ceremony) -> str:
        """Take a name off an award's list."""
        award = get_award(ceremony.competition, request.POST.get("award", ""))
        participation = self._participation(request, ceremony)
        drop_nomination(award=award, participation_id=participation.pk, by=staff_user(request))
        return f"“{participation}” is off the list of “{award}”."

    def answer(self, request: HttpRequest, ceremony: Ceremony, dispute_id: int) -> str:
        """Answer a dispute."""
        verb = _ANSWERS.get(request.POST.get("verdict", ""))
        if verb is None:
            raise DomainError("verdict_missing", "Uphold or dismiss it.", field="verdict")
        verb(
            dispute=get_dispute(ceremony, dispute_id),
            by=staff_user(request),
            answer=request.POST.get("answer", ""),
        )
        return "The dispute is answered."

    def _organized(self, request: HttpRequest, object_id: str) -> Ceremony:
        found: Ceremony | None = self.get_object(request, object_id)
        if found is None:
            raise Http404
        return found

    def _participation(self, request: HttpRequest, ceremony: Ceremony) -> Participation:
        pk = _number(request.POST.get("participation", ""))
        found = ceremony.competition.participations.filter(pk=pk).first()
        if found is None:
            raise DomainError("not_here", "Choose who it is about.", field="participation")
        return found

    def _page(self, request: HttpRequest, ceremony: Ceremony) -> dict[str, Any]:
        competition = ceremony.competition
        provisional = ceremony.state == Ceremony.State.PROVISIONAL
        if provisional and announce_again(competition=competition):
            messages.warning(request, "The results have changed and are announced anew.")
            ceremony.refresh_from_db()
        verdicts = preview_awards(competition=competition) if provisional else []
        awards = {
            award.slug: award
            for award in competition.awards.select_related("task").prefetch_related(
                "nominations__participation__user", "nominations__participation__team"
            )
        }
        people = competition.participations.select_related("user", "team")
        return {
            **self.admin_site.each_context(request),
            "title": f"Results of “{competition}”",
            "competition": competition,
            "ceremony": ceremony,
            "desk": desk(competition),
            "media": self.media,
            "opts": self.opts,
            "verdicts": [_shown(verdict, awards[verdict.terms.slug]) for verdict in verdicts],
            "grants": [] if provisional else granted_awards(competition),
            "problems": publication_problems(ceremony, verdicts) if provisional else [],
            "disputes": ceremony.disputes.select_related("award", "answered_by"),
            "people": people.filter(is_baseline=False),
        }


def _shown(verdict: Any, award: Award) -> dict[str, Any]:
    return {
        "award": award,
        "rule": rule_sentence(award),
        "grants": verdict.grants,
        "refusals": verdict.refusals[:_MOST_REFUSALS],
        "more": max(0, len(verdict.refusals) - _MOST_REFUSALS),
        "waits": verdict.waits,
        "has_list": award.rule in Award.CHOSEN_RULES,
        "is_jury": award.rule == Award.Rule.JURY,
        "nominations": award.nominations.all(),
    }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
