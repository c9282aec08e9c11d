"""Organizers' Markdown becomes HTML that holds no script and no surprise."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.markdown import render


def test_what_organizers_write_is_rendered() -> None:
    html = render("# Data\n\n*Two* `sets`:\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n")
    assert "<h2>Data</h2>" in html
    assert "<em>Two</em> <code>sets</code>" in html
    assert "<li>a</li>" in html
    assert "<td>1</td>" in html


def test_a_link_vouches_for_nothing() -> None:
    html = render("[paper](https://example.org/x)")
    assert 'href="https://example.org/x"' in html
    assert 'rel="nofollow noopener"' in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://example.org/track.png)",
        "<style>body{display:none}</style>",
        "<a href='https://example.org' style='x' onclick='y'>z</a>",
        "<iframe src='https://example.org'></iframe>",
    ],
)
def test_no_script_style_or_foreign_picture_survives(text: str) -> None:
    assert not re.search(
        r"<(script|img|style|iframe|a [^>]*(on|style|script:|data:))", render(text)
    )


def test_direction_overrides_are_dropped() -> None:
    assert "\u202e" not in render("abc\u202edef")


@given(st.text())
def test_any_text_yields_only_known_elements(text: str) -> None:
    known = (
        "abbr|a|blockquote|br|code|del|em|h[2-6]|hr|li|ol|p|pre|strong|t(able|body|d|h|head|r)|ul"
    )
    for tag in re.findall(r"<(/?[a-z0-9]+)", render(text)):
        assert re.fullmatch(rf"/?({known})", tag)
