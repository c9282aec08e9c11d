"""Organizers' Markdown as HTML that can't hurt a reader.

The parser passes no HTML through, and the result is reduced to a short list of elements and
attributes all the same: two doors, each enough alone.
"""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt

from common.text import printable

_TAGS = frozenset(
    {"a", "abbr", "blockquote", "br", "code", "del", "em", "hr", "pre", "strong", "p"}
    | {"h2", "h3", "h4", "h5", "h6", "li", "ol", "ul"}
    | {"table", "tbody", "td", "th", "thead", "tr"}
)
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_RENAMED = {f"h{level}": f"h{level + 1}" for level in range(1, 6)}


def render(text: str) -> str:
    """Return HTML; headings start at h2, because the page's title is the h1."""
    tokens = _PARSER.parse(printable(text))
    for token in tokens:
        token.tag = _RENAMED.get(token.tag, token.tag)
    return nh3.clean(
        _PARSER.renderer.render(tokens, _PARSER.options, {}),
        tags=set(_TAGS),
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )
