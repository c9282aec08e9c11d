"""Text from a sandbox is made safe."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.text import clean_line, clean_text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (b"plain \xc3\xa4", "plain ä"),
        (b"\x1b[1;31mred\x1b[0m", "red"),
        (b"\x1b]0;title\x07after", "after"),
        (b"\x1b]8;;http://example.org\x1b\\link", "link"),
        ("right\u202eleft\u2066".encode(), "rightleft"),
        (b"a\tb\rc\x00d\x7f", "a bcd"),
        (b"bad \xff", "bad \ufffd"),
        ("a\u2028b\u200b".encode(), "ab"),
    ],
)
def test_controls_and_direction_marks_are_removed(raw: bytes, clean: str) -> None:
    assert clean_line(raw) == clean


@given(st.binary(max_size=300))
def test_a_cleaned_line_holds_no_control_character(raw: bytes) -> None:
    kinds = {unicodedata.category(character) for character in clean_line(raw)}
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)


def test_text_keeps_its_lines_and_its_limit() -> None:
    assert clean_text("one\ntwo\x1b[2J\n", limit=100) == "one\ntwo"
    assert clean_text("x" * 100, limit=10) == "x" * 10
