"""Filters that show scores within -1 and 1 as shades: of words, and of the cells of an image."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

STEPS = 4
_CELL = 10


@register.filter
def heat(score: float) -> str:
    """Name the shade of a score: ``p1`` to ``p4`` for, ``n1`` to ``n4`` against, else nothing."""
    step = min(STEPS, round(abs(score) * STEPS))
    if step == 0:
        return ""
    return f"{'p' if score > 0 else 'n'}{step}"


@register.filter
def heat_grid(grid: Sequence[Sequence[float]]) -> SafeString:
    """Draw a grid of scores, with a dash in cells that speak against the answer.

    Words and a table beside it say the same.
    """
    cells = [
        (column * _CELL, row * _CELL, heat(score) or "zero")
        for row, scores in enumerate(grid)
        for column, score in enumerate(scores)
    ]
    drawn = format_html_join(
        "", '<rect x="{}" y="{}" width="10" height="10" class="heat-cell {}"/>', cells
    )
    marks = format_html_join(
        "",
        '<path d="M{} {}h4" class="against"/>',
        ((x + 3, y + _CELL // 2) for x, y, shade in cells if shade.startswith("n")),
    )
    width = _CELL * max((len(row) for row in grid), default=0)
    return format_html(
        '<svg class="heat-grid" viewBox="0 0 {} {}" role="img" '
        'aria-label="Parts of the image that speak for the answer and against it">{}{}</svg>',
        width,
        _CELL * len(grid),
        drawn,
        marks,
    )
