"""Sizes are read as written, and written so that reading them back loses nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.quantity_text import parse_size, size_text


@given(st.integers(min_value=0, max_value=2**62) | st.integers(0, 9999).map(lambda n: n * 1024**3))
def test_what_is_shown_reads_back_as_the_same(size: int) -> None:
    assert parse_size(size_text(size)) == size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("2 GiB", 2 * 1024**3),
        ("2gib", 2 * 1024**3),
        (" 500 MB ", 500_000_000),
        ("1.5 kB", 1500),
        ("750000", 750_000),
        ("12 b", 12),
    ],
)
def test_sizes_are_read_as_people_write_them(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "lots", "-1 GB", "2 XB", "1e9", "1,5 GB", "٣ GB", "9" * 40])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="such as 2 GiB"):
        parse_size(text)
