"""Draws intervals as plain SVG: no script, no inline style. The numbers stand beside them."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

WIDTH, MIDDLE = 100.0, 4
_LEAST_SPAN = 1.0


@register.simple_tag
def interval_bar(low: float, high: float, points: float, start: float, end: float) -> SafeString:
    """Draw an interval with its estimate on a line from ``start`` to ``end`` points."""
    span = max(end - start, _LEAST_SPAN)

    def place(value: float) -> str:
        return f"{min(WIDTH, max(0.0, (value - start) / span * WIDTH)):.2f}"

    return format_html(
        '<svg class="interval" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="whole" y="3" width="100" height="2"/>'
        '<rect class="range" x="{}" y="2" width="{}" height="4"/>'
        '<rect class="dot" x="{}" width="1.6" height="8"/></svg>',
        place(low),
        f"{max(0.6, float(place(high)) - float(place(low))):.2f}",
        f"{min(WIDTH - 1.6, max(0.0, float(place(points)) - 0.8)):.2f}",
    )
