"""The log on the organizers' desk: looked at and verified, never changed."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from publications.models import Publication
from publications.selectors import verify_log


@admin.register(Publication)
class PublicationAdmin(ModelAdmin):  # type: ignore[misc]
    """Everybody may read the log; here organizers verify it too."""

    list_display = ("sequence", "kind", "shown_competition", "at", "short_hash")
    list_filter = ("kind",)
    list_per_page = 50
    ordering = ("-sequence",)
    fields = (("sequence", "kind"), "at", "shown_payload", "shown_previous", "shown_hash")
    readonly_fields = ("shown_payload", "shown_previous", "shown_hash")
    actions: tuple[str, ...] = ()
    list_before_template = "publications/verified.html"

    class Media:
        css = {"all": ("publications/admin.css",)}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Verify the chain each time the list is looked at."""
        context = {**(extra_context or {}), "verified": verify_log()}
        answer: HttpResponse = super().changelist_view(request, context)
        return answer

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the log to staff."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Show entries to staff."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let nobody add."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let nobody change."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let nobody delete."""
        return False

    @admin.display(description="Competition")
    def shown_competition(self, entry: Publication) -> str:
        """Name the competition by its address."""
        return str(entry.payload.get("competition", "–"))

    @admin.display(description="Hash")
    def short_hash(self, entry: Publication) -> str:
        """Show the first characters."""
        return entry.hash[:12]

    @admin.display(description="Payload")
    def shown_payload(self, entry: Publication) -> SafeString:
        """Show what is hashed."""
        return _wrapped("pre", json.dumps(entry.payload, indent=2, sort_keys=True))

    @admin.display(description="Hash of the entry before")
    def shown_previous(self, entry: Publication) -> SafeString:
        """Show what the entry follows."""
        return _wrapped("code", entry.previous)

    @admin.display(description="Hash")
    def shown_hash(self, entry: Publication) -> SafeString:
        """Show the hash."""
        return _wrapped("code", entry.hash)


def _wrapped(tag: str, text: str) -> SafeString:
    """Show long words so that they break on a phone."""
    return format_html('<{} class="podium-hash">{}</{}>', tag, text, tag)
