"""Filters that draw points against what entries take, with the Pareto front: plain SVG."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common.text import printable
from config.charts.axes import Scale, is_wide, log_ticks, round_ends
from config.charts.frame import (
    END,
    FLOOR,
    HEIGHT,
    LEFT,
    TOP,
    WIDTH,
    axis_names,
    levels,
    marks_below,
)
from config.templatetags.quantities import figure, million, size
from submissions.board_efficiency import Measure, Placed

register = template.Library()
_ROOM = 34.0, 19.0


@register.simple_tag
def front_chart(placed: Sequence[Placed], measure: Measure) -> SafeString:
    """Draw at least one entry as a mark each; the front is a line of steps with ranks beside it."""
    low, high, ticks = round_ends(*_ends([each.points for each in placed]), least=0.5)
    up = Scale(start=low, end=high, first=FLOOR, last=TOP)
    across, marks = _across([each.amount for each in placed], measure)
    return format_html(
        '<svg class="chart front" viewBox="0 0 {} {}" role="img">'
        "<title>Final points against {}</title><desc>{}</desc>{}{}{}{}{}{}</svg>",
        WIDTH,
        HEIGHT,
        measure.axis,
        _words(placed, measure),
        levels([(up(tick), f"{tick:.4g}") for tick in ticks]),
        marks_below([(across(mark), amount_text(mark, measure)) for mark in marks]),
        axis_names(
            f"{measure.axis}{', logarithmic' if across.logarithmic else ''}", "final points"
        ),
        _front(placed, measure, across, up),
        _marks(placed, across, up),
        _ranks(placed, across, up),
    )


@register.filter
def amount_text(amount: float, measure: Measure) -> str:
    """Write an amount of a measure with its unit."""
    if measure.name == "parameters":
        return million(round(amount))
    if measure.name == "bytes":
        return size(round(amount))
    return f"{figure(amount)} ms" if measure.name == "latency" else figure(amount)


@register.filter
def front_of(placed: Sequence[Placed], measure: Measure) -> list[Placed]:
    """Return the front, the cheapest first."""
    front = [each for each in placed if each.on_front]
    return sorted(front, key=lambda each: (measure.sign * each.amount, each.points))


def _ends(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


def _across(amounts: Sequence[float], measure: Measure) -> tuple[Scale, list[float]]:
    """Return the horizontal scale, where less lies on the left, and its ticks."""
    low, high = _ends(amounts)
    wide = is_wide(amounts)
    start, end, ticks = log_ticks(low, high) if wide else round_ends(low, high)
    first, last = LEFT + 14.0, END - 14.0
    return Scale(start=start, end=end, first=first, last=last, logarithmic=wide), ticks


def _words(placed: Sequence[Placed], measure: Measure) -> str:
    front = "; ".join(
        f"{printable(each.entry.participation.display_name)}: {each.points:.2f} points, "
        f"{amount_text(each.amount, measure)}"
        for each in front_of(placed, measure)
    )
    entries = "1 entry" if len(placed) == 1 else f"{len(placed)} entries"
    return f"{entries}. On the front: {front or 'none'}."


def _front(placed: Sequence[Placed], measure: Measure, across: Scale, up: Scale) -> SafeString:
    """Draw what can be had at each cost: a level up to the next entry of the front."""
    corners: list[tuple[float, float]] = []
    for each in front_of(placed, measure):
        x, y = across(each.amount), up(each.points)
        corners += [(x, corners[-1][1] if corners else FLOOR), (x, y)]
    if corners:
        corners.append((END if measure.sign > 0 else LEFT, corners[-1][1]))
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return format_html('<polyline class="line" points="{}"/>', points)


def _marks(placed: Sequence[Placed], across: Scale, up: Scale) -> SafeString:
    """Draw a square for baselines, a circle for others; the viewer's own comes last."""
    ordered = sorted(placed, key=lambda each: (each.mine, each.on_front))
    return format_html_join("", "{}", ((_mark(each, across, up),) for each in ordered))


def _mark(each: Placed, across: Scale, up: Scale) -> SafeString:
    x, y = across(each.amount), up(each.points)
    if each.baseline:
        return format_html(
            '<rect class="mark baseline" x="{}" y="{}" width="8" height="8"/>',
            f"{x - 4:.1f}",
            f"{y - 4:.1f}",
        )
    looks = f"mark{' on' if each.on_front else ''}{' mine' if each.mine else ''}"
    return format_html(
        '<circle class="{}" cx="{}" cy="{}" r="{}"/>',
        looks,
        f"{x:.1f}",
        f"{y:.1f}",
        6 if each.mine else 4.5,
    )


def _ranks(placed: Sequence[Placed], across: Scale, up: Scale) -> SafeString:
    """Write the rank above the viewer's own mark and those of the front, where there is room.

    The list beside the picture names all of the front.
    """
    named = [each for each in placed if (each.on_front or each.mine) and each.entry.rank]
    spots: list[tuple[float, float, Placed]] = []
    for each in sorted(named, key=lambda each: not each.mine):
        x, y = across(each.amount), up(each.points) - 10
        if all(abs(x - u) > _ROOM[0] or abs(y - v) > _ROOM[1] for u, v, _ in spots):
            spots.append((x, y, each))
    return format_html_join(
        "",
        '<text class="letter{}" x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (
                " mine" if each.mine else "",
                f"{x:.1f}",
                f"{y:.1f}",
                f"#{each.entry.rank}",
            )
            for x, y, each in spots
        ),
    )
