"""Times in UTC, with how far away they are."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

_STEPS = (
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)


def span_in_words(span: timedelta) -> str:
    """Return the length of ``span`` in its largest whole unit, rounded down: ``6 days``."""
    for step, unit in _STEPS:
        number = abs(span) // step
        if number:
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "less than a minute"


@register.filter
def away(moment: datetime) -> str:
    """Say how far a time is from now: ``in 6 days``, ``2 hours ago``."""
    span = moment - timezone.now()
    words = span_in_words(span)
    return f"in {words}" if span >= timedelta() else f"{words} ago"


@register.filter
def utc(moment: datetime) -> SafeString:
    """Show a time as ``23 Nov 2026, 15:04 UTC``; how far away it is comes as a hint.

    Nothing finer is in the page: the second at which a run ended could tell of hidden rows.
    """
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.strftime("%Y-%m-%dT%H:%MZ"),
        away(moment),
        f"{moment.day} {moment:%b %Y, %H:%M} UTC",
    )


@register.filter
def day(moment: datetime) -> SafeString:
    """Show a day as ``23 Nov 2026``; the exact time comes as a hint."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        f"{moment:%H:%M} UTC, {away(moment)}",
        f"{moment.day} {moment:%b %Y}",
    )
