"""A grant as a badge: a picture for a web page. Plain SVG without scripts, styles or links."""

from __future__ import annotations

import unicodedata

from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.text import printable

_MOST = 48
_HEIGHT = 28
_FONT = "Verdana, DejaVu Sans, sans-serif"


def badge_svg(*, competition: str, award: str, place: str, participant: str) -> SafeString:
    """Draw the competition on the left and award and place on the right, with a title in words."""
    left, right = _cut(competition), _cut(f"{award} · {place}")
    first, second = _width(left), _width(right)
    words = f"{printable(participant)}: {printable(award)}, {place}, {printable(competition)}"
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        'viewBox="0 0 {width} {height}" role="img" aria-labelledby="title">'
        '<title id="title">{words}</title>'
        '<rect width="{width}" height="{height}" rx="4" fill="#191d21"/>'
        '<path d="M{first} 0h{inner}a4 4 0 0 1 4 4v{side}a4 4 0 0 1-4 4h-{inner}z" '
        'fill="#f5ebcd"/>'
        '<g font-family="{font}" font-size="12" text-anchor="middle">'
        '<text x="{left_at}" y="18.5" fill="#ffffff">{left}</text>'
        '<text x="{right_at}" y="18.5" fill="#4d3900" font-weight="bold">{right}</text>'
        "</g></svg>",
        width=first + second,
        height=_HEIGHT,
        words=words,
        first=first,
        inner=second - 4,
        side=_HEIGHT - 8,
        font=_FONT,
        left_at=first / 2,
        right_at=first + second / 2,
        left=left,
        right=right,
    )


def _cut(text: str) -> str:
    shown = " ".join(printable(text).split())
    return shown if len(shown) <= _MOST else f"{shown[: _MOST - 1]}…"


def _width(text: str) -> int:
    """Estimate pixels of 12-pixel letters, wide ones for two, with room on both sides."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return round(8.2 * (len(text) + wide)) + 20
