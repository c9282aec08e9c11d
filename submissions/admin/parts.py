"""What the pages of this admin share."""

from __future__ import annotations

from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import TabularInline

from common.text import printable

STATE_COLOURS = {
    "Scored": "success",
    "Failed": "danger",
    "Refused": "danger",
    "Cancelled": "warning",
    "Done": "success",
    "Lost": "danger",
    "Running": "info",
}


def preformatted(text: str) -> SafeString:
    """Show a stranger's text as it is, line by line."""
    return format_html('<pre class="podium-log">{}</pre>', printable(text))


class ShownInline(TabularInline):  # type: ignore[misc]
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
