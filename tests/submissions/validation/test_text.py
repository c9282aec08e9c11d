from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.validation.text import has_hidden, shown, shown_bytes, without_hidden


@pytest.mark.parametrize(
    "char", ["\x00", "\x1b", "\n", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800", "\U000e0041"]
)
def test_hidden_characters_are_seen(char: str) -> None:
    assert has_hidden(f"a{char}b")


def test_letters_of_all_scripts_are_not_hidden() -> None:
    assert not has_hidden("Modèle 模型 مدل .json")


def test_texts_lose_controls_and_bidi_but_keep_lines_and_joiners() -> None:
    assert without_hidden("a\x1b[31m\r\nb\u202ec\u2028d\te") == "a[31m\nbc\nd\te"
    assert without_hidden("می\u200cخواهم") == "می\u200cخواهم"


@given(st.text())
def test_shown_text_is_one_short_visible_line(text: str) -> None:
    line = shown(text)
    assert len(line) <= 121
    assert not has_hidden(line)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB (1000 bytes)"),
        (1_500_000, "1.5 MB (1500000 bytes)"),
        (2 * 10**9, "2.0 GB (2000000000 bytes)"),
        (10**19, "10000.0 PB (10000000000000000000 bytes)"),
    ],
)
def test_sizes_read_well(size: int, text: str) -> None:
    assert shown_bytes(size) == text
