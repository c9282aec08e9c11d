"""Strangers' text in templates is cleaned and escaped."""

import pytest
from django.template import Context, Template


def rendered(source: str, **values: object) -> str:
    return Template("{% load writing %}" + source).render(Context(values))


def test_a_name_is_cleaned_and_escaped() -> None:
    assert rendered("{{ name|plain }}", name="<b>\u202eann</b>") == "&lt;b&gt;ann&lt;/b&gt;"


def test_an_address_becomes_a_link_that_vouches_for_nothing() -> None:
    shown = rendered("{{ link|outward }}", link='https://example.org/?a=1&b="2"')
    assert 'rel="nofollow noopener noreferrer"' in shown
    assert 'href="https://example.org/?a=1&amp;b=&quot;2&quot;"' in shown


@pytest.mark.parametrize("link", ["javascript:alert(1)", "//example.org", "<script>"])
def test_any_other_address_stays_text(link: str) -> None:
    assert "<" not in rendered("{{ link|outward }}", link=link)


def test_markdown_is_rendered_and_cleaned() -> None:
    assert rendered("{{ text|markdown }}", text="**a** <script>") == (
        "<p><strong>a</strong> &lt;script&gt;</p>\n"
    )
