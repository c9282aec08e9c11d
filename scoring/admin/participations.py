"""Participations with what organizers rule of them: disqualified, or taken in again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from common.errors import DomainError
from competitions.admin.access import staff_user
from competitions.admin.participations import ParticipationAdmin
from competitions.models import Participation, Ruling
from scoring.services.rulings import disqualify, reinstate

_VERBS = {
    str(Ruling.Verdict.DISQUALIFIED): disqualify,
    str(Ruling.Verdict.REINSTATED): reinstate,
}

admin.site.unregister(Participation)


@admin.register(Participation)
class RuledParticipationAdmin(ParticipationAdmin):
    """Read only but for rulings: boards and results have to follow, so they are made here."""

    change_form_outer_before_template = "admin/scoring/participation/ruling.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the address that takes a ruling."""
        own = path(
            "<path:object_id>/ruling/",
            self.admin_site.admin_view(require_POST(self.ruling_view)),
            name="competitions_participation_ruling",
        )
        return [own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the rulings so far."""
        participation: Participation | None = self.get_object(request, object_id)
        rulings = Ruling.objects.filter(participation=participation).select_related("made_by")
        answer: HttpResponse = super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "rulings": rulings}
        )
        return answer

    def ruling_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Disqualify or reinstate, and go back."""
        participation: Participation | None = self.get_object(request, object_id)
        verb = _VERBS.get(request.POST.get("verdict", ""))
        if participation is None:
            raise Http404
        if verb is None:
            messages.error(request, "Say what to rule: disqualified or reinstated.")
            return redirect("admin:competitions_participation_change", participation.pk)
        reason = request.POST.get("reason", "")
        try:
            ruling = verb(participation=participation, by=staff_user(request), reason=reason)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            said = f"{ruling.get_verdict_display()}: {ruling.reason}"
            self.log_change(request, participation, said)
            messages.success(request, f"“{participation}”: {ruling.get_verdict_display()}.")
        return redirect("admin:competitions_participation_change", participation.pk)
