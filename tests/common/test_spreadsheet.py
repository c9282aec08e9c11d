"""No cell of an export is a formula, whatever somebody is called."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.spreadsheet import cell, csv_text
from common.text import printable

BEGINS = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠", "|", "%")


@pytest.mark.parametrize("begin", BEGINS)
@pytest.mark.parametrize("before", ["", " ", "\xa0", "\u200b", "\ufeff "])
def test_what_begins_like_a_formula_gets_a_quotation_mark(before: str, begin: str) -> None:
    assert str(cell(f"{before}{begin}cmd|' /C calc'!A0")).startswith("'")


def test_other_texts_and_numbers_stay_as_they_are() -> None:
    assert [cell(each) for each in ("ann", "a=b", 1, -2.5, None, True, Decimal("33.30"))] == [
        "ann",
        "a=b",
        1,
        -2.5,
        "",
        "yes",
        "33.30",
    ]


def test_a_table_reads_back_with_commas_quotes_and_lines() -> None:
    rows = [{"who": 'x,"y"\nz', "points": 12.5, "extra": "not asked for"}, {"who": "=1+1"}]
    text = csv_text(["who", "points"], rows)
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert read == [["who", "points"], ['x,"y"\nz', "12.5"], ["'=1+1", ""]]


@given(st.text())
def test_no_text_comes_out_as_a_formula(text: str) -> None:
    made = str(cell(text))
    assert not made.lstrip().startswith(BEGINS)
    assert made.removeprefix("'") == printable(text).removeprefix("'") or made == printable(text)
