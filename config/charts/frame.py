"""The frame of a chart as SVG: rules, numbers and names of its axes. No script, no inline style."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 560, 400
LEFT, RIGHT, TOP, BOTTOM = 46, 40, 30, 50
FLOOR, END = HEIGHT - BOTTOM, WIDTH - RIGHT


def levels(ticks: Sequence[tuple[float, str]]) -> SafeString:
    """Draw a rule across the chart at each place, with its text on the left."""
    return format_html_join(
        "",
        '<line class="rule" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="axis" x="{}" y="{}" text-anchor="end">{}</text>',
        ((LEFT, END, f"{y:.1f}", f"{y:.1f}", LEFT - 6, f"{y + 4:.1f}", text) for y, text in ticks),
    )


def marks_below(ticks: Sequence[tuple[float, str]]) -> SafeString:
    """Draw a short mark below the chart at each place, with its text."""
    return format_html_join(
        "",
        '<line class="tick" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="axis" x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (f"{x:.1f}", f"{x:.1f}", FLOOR, FLOOR + 5, f"{x:.1f}", FLOOR + 21, text)
            for x, text in ticks
        ),
    )


def axis_names(across: str, up: str) -> SafeString:
    """Write what the axes are."""
    return format_html(
        '<text class="axis" x="6" y="16">{}</text>'
        '<text class="axis" x="{}" y="{}" text-anchor="end">{}</text>',
        up,
        END,
        HEIGHT - 8,
        across,
    )
