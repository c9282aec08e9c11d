"""Filters that draw where points lie among those of a field: plain SVG, no script or style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common.text import printable
from config.charts.axes import Scale, round_ends
from scoring.strengths import TaskStrength

register = template.Library()
WIDTH, MIDDLE = 400, 14
_EDGE = 8


@dataclass(frozen=True, slots=True)
class StripAxis:
    """The axis that all strips of a page share."""

    scale: Scale
    ticks: tuple[float, ...]


@register.filter
def strip_axis(strengths: Sequence[TaskStrength]) -> StripAxis:
    """Return an axis that holds the points of every field; at least one strength is given."""
    ends = [end for each in strengths for end in (each.field.lowest, each.field.highest)]
    ends += [each.points for each in strengths]
    low, high, ticks = round_ends(min(ends), max(ends), least=1.0)
    return StripAxis(Scale(start=low, end=high, first=_EDGE, last=WIDTH - _EDGE), tuple(ticks))


@register.simple_tag
def strip(strength: TaskStrength, axis: StripAxis) -> SafeString:
    """Draw the whole field as a line, its middle half as a box, and the entry as a dot."""
    field, place = strength.field, axis.scale
    lowest, lower, median, highest = (
        f"{place(value):.1f}" for value in (field.lowest, field.lower, field.median, field.highest)
    )
    return format_html(
        '<svg class="strip" viewBox="0 0 {} 28" role="img"><title>{}</title><desc>{}</desc>{}'
        '<line class="whole" x1="{}" x2="{}" y1="14" y2="14"/>'
        '<rect class="half" x="{}" width="{}" y="7" height="14"/>'
        '<line class="median" x1="{}" x2="{}" y1="4" y2="24"/>'
        '<circle class="entry" cx="{}" cy="14" r="6"/></svg>',
        WIDTH,
        printable(strength.title),
        f"{strength.points:.2f} points. The field: {field.lowest:.2f} to {field.highest:.2f}, "
        f"the middle half {field.lower:.2f} to {field.upper:.2f}, median {field.median:.2f}.",
        _grid(axis),
        lowest,
        highest,
        lower,
        f"{max(1.0, place(field.upper) - place(field.lower)):.1f}",
        median,
        median,
        f"{place(strength.points):.1f}",
    )


@register.filter
def strip_scale(axis: StripAxis) -> SafeString:
    """Write the numbers of the axis, to stand below the strips (each strip says its own)."""
    return format_html(
        '<svg class="strip" viewBox="0 0 {} 18" aria-hidden="true">{}</svg>',
        WIDTH,
        format_html_join(
            "",
            '<text class="axis" x="{}" y="13" text-anchor="{}">{}</text>',
            (
                (f"{axis.scale(tick):.1f}", _anchor(number, len(axis.ticks)), f"{tick:g}")
                for number, tick in enumerate(axis.ticks)
            ),
        ),
    )


def _anchor(number: int, count: int) -> str:
    return "start" if number == 0 else "end" if number == count - 1 else "middle"


def _grid(axis: StripAxis) -> SafeString:
    return format_html_join(
        "",
        '<line class="rule" x1="{}" x2="{}" y1="0" y2="28"/>',
        ((f"{axis.scale(tick):.1f}",) * 2 for tick in axis.ticks),
    )
