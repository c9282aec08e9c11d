"""Filters for text: organizers' Markdown, strangers' names and notes."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from common import markdown as markdown_text
from common.text import printable

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    """Render Markdown; what comes out is cleaned HTML."""
    return mark_safe(markdown_text.render(text))  # noqa: S308 - cleaned by common.markdown


@register.filter
def plain(text: object) -> str:
    """Show a stranger's text without control and direction characters; escaping stays on."""
    return printable(str(text))


@register.filter
def outward(address: str) -> SafeString:
    """Show a stranger's address as a link that vouches for nothing; anything but http is text."""
    shown = printable(address)
    if not shown.startswith(("https://", "http://")):
        return format_html("{}", shown)
    return format_html('<a href="{}" rel="nofollow noopener noreferrer">{}</a>', shown, shown)
