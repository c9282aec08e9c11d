"""A badge is a well-formed picture with a title, whatever somebody is called."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from scoring.badge import badge_svg

SVG = "{http://www.w3.org/2000/svg}"


def parsed(**fields: str) -> ElementTree.Element:
    """Return a badge as XML."""
    told = {"competition": "Cup", "award": "Gold", "place": "1st place", "participant": "ann"}
    return ElementTree.fromstring(badge_svg(**{**told, **fields}))


def test_it_says_what_was_won_to_the_eye_and_to_a_reader() -> None:
    badge = parsed()
    assert badge.findtext(f"{SVG}title") == "ann: Gold, 1st place, Cup"
    assert badge.attrib["role"] == "img"
    assert [text.text for text in badge.iter(f"{SVG}text")] == ["Cup", "Gold · 1st place"]


@pytest.mark.parametrize(
    "odd", ["\uffff", "\ufffe", "\ud800", "\x00", "\x0b", "\u202e", "\U000e0041"]
)
def test_letters_that_no_xml_may_hold_are_left_out(odd: str) -> None:
    assert parsed(participant=f"a{odd}b").findtext(f"{SVG}title") == "ab: Gold, 1st place, Cup"


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><a href="x">', "]]>&<!--"])
def test_names_stay_text(evil: str) -> None:
    badge = parsed(participant=evil, award=evil, competition=evil)
    assert {element.tag.removeprefix(SVG) for element in badge.iter()} == {
        "svg",
        "title",
        "rect",
        "path",
        "g",
        "text",
    }
    assert not any(name.startswith("on") for element in badge.iter() for name in element.attrib)


def test_long_names_are_cut_and_wide_letters_have_room() -> None:
    assert parsed(award="x" * 500)[-1][1].text == "x" * 47 + "…"
    assert float(parsed(competition="張" * 9).attrib["width"]) > float(
        parsed(competition="a" * 9).attrib["width"]
    )
