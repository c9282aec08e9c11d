"""Filters for numbers: points, raw values, sizes, counts, rates."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from scoring.shown_value import shown_decimals, shown_value

register = template.Library()

DASH = "–"
_UNITS = ("B", "kB", "MB", "GB", "TB")


@register.filter
def points(value: float | None) -> str:
    """Show points (0 to 100) with two decimals: what is shown is what ties are judged by."""
    return DASH if value is None else f"{value:.2f}"


@register.filter
def raw(value: float | None) -> str:
    """Show a metric's own value with four decimals and five digits at most."""
    if value is None:
        return DASH
    return f"{shown_value(value):.{max(0, shown_decimals(value))}f}"


@register.filter
def spread(value: float | None) -> str:
    """Show a standard deviation, which is rounded already, without an exponent."""
    return DASH if value is None else f"{value:.12f}".rstrip("0").rstrip(".")


@register.filter
def size(value: int | None) -> str:
    """Show bytes in powers of 1000 with at most one decimal."""
    if value is None:
        return DASH
    amount = float(value)
    for unit in _UNITS:
        if amount < 999.95 or unit == _UNITS[-1]:
            break
        amount /= 1000
    return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}".replace(".0 ", " ")


@register.filter
def count(value: int | None) -> str:
    """Show a count with thin spaces between thousands."""
    return DASH if value is None else f"{value:,}".replace(",", "\u202f")


@register.filter
def million(value: int | None) -> str:
    """Show a number of parameters: 950 k, 22.7 M, 1.30 B."""
    if value is None:
        return DASH
    for step, unit in ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k")):
        if value >= step:
            return f"{value / step:.3g} {unit}"
    return str(value)


@register.filter
def seconds(value: float | None) -> str:
    """Show a duration: 8 s, 3 min 20 s, 2 h 5 min."""
    if value is None:
        return DASH
    whole = round(value)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s".removesuffix(" 0 s")
    return f"{whole // 3600} h {whole % 3600 // 60} min".removesuffix(" 0 min")


@register.filter
def figure(value: float | None) -> str:
    """Show a rounded figure without digits that it does not have: 0.35, 12, 4700."""
    return DASH if value is None else f"{value:.12g}"


@register.filter
def si(value: float | None) -> str:
    """Show a rounded figure before a unit, with its prefix: 850, 12 k, 3.4 G."""
    if value is None:
        return DASH
    for step, prefix in ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= step:
            return f"{value / step:.3g} {prefix}"
    return f"{value:.3g} "


@register.filter
def percent(value: float | None) -> str:
    """Show a share in whole per cent."""
    return DASH if value is None else f"{100 * value:.0f} %"


@register.filter
def gauge(value: float | None) -> SafeString:
    """Draw points on a line from 0 to 100 (decoration: the number stands beside it)."""
    width = min(100.0, max(0.0, value or 0.0))
    return format_html(
        '<svg class="gauge" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="whole" width="100" height="3"/>'
        '<rect class="part" width="{}" height="3"/></svg>',
        f"{width:.2f}",
    )


@register.filter
def remaining(percent: float) -> str:
    """Show what is missing to 100 per cent, with at most one decimal."""
    return f"{100 - percent:.1f}".removesuffix(".0")
