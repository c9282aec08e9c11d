"""What a stranger's text may not carry into a page."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.text import printable


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain ünïcödé 名前", "plain ünïcödé 名前"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("win\r\ndows", "win\ndows"),
        ("\x1b[31mred\x07", "[31mred"),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("a\u200bb\ufeffc\u2066d\u2069", "abcd"),
        ("flag\U000e0041", "flag"),
        ("नमस्ते क्\u200dष", "नमस्ते क्\u200dष"),
        ("👩\u200d🔬", "👩\u200d🔬"),
    ],
)
def test_controls_and_direction_marks_go_and_letters_stay(raw: str, shown: str) -> None:
    assert printable(raw) == shown


@given(st.text())
def test_nothing_left_is_a_control_or_an_override(raw: str) -> None:
    left = set(printable(raw)) - {"\n", "\t"}
    assert not any(unicodedata.category(char) == "Cc" for char in left)
    assert not any(unicodedata.bidirectional(char) in {"RLO", "LRO", "RLI", "PDF"} for char in left)
