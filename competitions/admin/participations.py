"""Who takes part in what."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from competitions.admin.access import ReadOnlyAdmin
from competitions.models import Participation


@admin.register(Participation)
class ParticipationAdmin(ReadOnlyAdmin):
    """Read only: people join by themselves."""

    list_display = ("name", "competition", "state", "is_baseline", "joined_at")
    list_filter = (
        ("competition", admin.RelatedOnlyFieldListFilter),
        "state",
        "is_baseline",
    )
    search_fields = ("user__username", "team__name")
    fields = (
        "name",
        "shown_competition",
        ("state", "is_baseline"),
        ("joined_at", "rules_accepted_at"),
    )
    readonly_fields = ("name", "shown_competition", "state", "joined_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Participation]:
        """Load what the list names."""
        rows: QuerySet[Participation] = super().get_queryset(request)
        return rows.select_related("user", "team", "competition")

    @admin.display(description="Participant")
    def name(self, participation: Participation) -> str:
        """Show the name that boards show."""
        return participation.display_name

    @admin.display(description="Competition")
    def shown_competition(self, participation: Participation) -> str:
        """Name the competition."""
        return participation.competition.title
