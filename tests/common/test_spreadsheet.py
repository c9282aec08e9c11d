"""No cell of an export is a formula, whatever somebody is called."""

from __future__ import annotations

import csv
import io
import re
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


@pytest.mark.parametrize("between", [";", "; ", "\n", "a\t"])
@pytest.mark.parametrize("begin", BEGINS)
def test_what_another_country_s_program_takes_for_a_cell_begins_no_formula(
    between: str, begin: str
) -> None:
    line = csv_text(["place", "who"], [{"place": 1, "who": f"ann{between}{begin}1+1;x"}])
    assert not [part for part in re.split("[;\n\t]", line) if part.lstrip().startswith(BEGINS)]


@given(st.text(alphabet=st.sampled_from("a ;\n\t='-")))
def test_no_part_of_a_text_comes_out_as_a_formula(text: str) -> None:
    parts = re.split("[;\n\t]", str(cell(text)))
    assert not [part for part in parts if part.lstrip().startswith(BEGINS)]


@given(st.text())
def test_no_text_comes_out_as_a_formula(text: str) -> None:
    made = str(cell(text))
    assert not made.lstrip().startswith(BEGINS)
    assert made.replace("'", "") == printable(text).replace("'", "")
