"""Reading the packaged files: both encodings, entities, and only the documented shape."""

from __future__ import annotations

import pytest

from demo.packages import PackageError
from demo.sources import normalised, parse_pairs, parse_ratings, tidy


def test_utf_8_and_latin_1_are_both_read() -> None:
    for encoding in ("utf-8", "latin-1"):
        (row,) = parse_ratings("12\t-1.5\tcaf\u00e9 closed\r\n".encode(encoding))
        assert (row.document, row.rating, row.text) == ("12", -1.5, "caf\u00e9 closed")


def test_document_is_the_part_of_the_id_before_the_sentence() -> None:
    rows = list(parse_ratings(b"7_1\t0.5\tone\n7_2\t0.5\ttwo\n"))
    assert {row.document for row in rows} == {"7"}


def test_rows_without_words_are_left_out() -> None:
    assert list(parse_ratings(b"1\t0.5\t...\n2\t0.5\t\n")) == []


def test_line_of_another_shape_is_refused_with_its_number() -> None:
    with pytest.raises(PackageError, match="Line 2 has 2 columns"):
        list(parse_ratings(b"1\t0.5\tone\n2\t0.5\n"))


def test_pairs_skip_the_head_lines() -> None:
    (pair,) = parse_pairs(b"# SimLex\n# Word 1\tWord 2\tmean\nold\tnew\t1.58\n")
    assert (pair.first, pair.second, pair.rating) == ("old", "new", 1.58)


def test_text_is_tidied() -> None:
    assert tidy("  PB&amp;J \x85\tsandwich ") == "PB&J sandwich"


def test_texts_with_the_same_words_are_equal() -> None:
    assert normalised("Great, product!!") == normalised("great product")
