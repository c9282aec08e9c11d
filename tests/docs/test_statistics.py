"""The page of statistics says what was counted, and what was counted is within what it promises."""

import json
import re
from pathlib import Path

import pytest

from bench.stats.plots import PLOTS, Plot, drawn
from bench.stats.report import from_json, summary, tables, to_json
from bench.stats.scenarios import ALL
from scoring.board import MOST_ENTRIES
from scoring.statistics import budgets, collapsed, detectable, rank_sets

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "statistics.md").read_text(encoding="utf-8")
STORED = json.loads((DOCS / "statistics.json").read_text(encoding="utf-8"))
RESULT = from_json(STORED)


@pytest.mark.parametrize(("name", "table"), tables(RESULT).items(), ids=list(tables(RESULT)))
def test_the_page_s_tables_are_what_was_counted(name: str, table: str) -> None:
    assert f"<!-- {name} -->\n\n{table}\n\n<!-- /{name} -->" in PAGE


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.file)
def test_the_plots_are_what_was_counted(plot: Plot) -> None:
    stored = (DOCS / "images" / plot.file).read_text(encoding="utf-8")
    assert stored == drawn(plot, RESULT)
    assert f"(images/{plot.file})" in PAGE


def test_every_scenario_was_counted_and_the_summary_is_of_them() -> None:
    assert list(RESULT) == [scenario.name for scenario in ALL]
    assert to_json(RESULT) == STORED
    assert summary(RESULT) == STORED["summary"]


def test_what_was_counted_is_within_what_is_promised() -> None:
    found = STORED["summary"]
    for coverage in found["interval_coverage"].values():
        assert 0.94 <= coverage <= 0.96
    assert found["false_alarm"] <= 0.05
    assert found["rank_set_coverage"] >= 0.95
    assert found["trials"] >= 1000


@pytest.mark.parametrize(
    ("said", "number"),
    [
        (r"B = (\d+ \d+)", budgets.RESAMPLES),
        (r"up to (\d+) different rows", collapsed.MOST_DISTINCT),
        (r"never fewer than (\d+)\.", budgets.FEWEST_RESAMPLES),
        (r"none yet, (0\.\d+),", detectable.LARGEST_DISCORDANCE),
        (r"finds a difference of (\d\.\d) standard", detectable.POWER_FACTOR),
    ],
)
def test_the_page_s_constants_are_those_of_the_code(said: str, number: float) -> None:
    [found] = re.findall(said, PAGE)
    assert float(found.replace(" ", "").replace("\N{NARROW NO-BREAK SPACE}", "")) == number


def test_the_page_says_what_few_rows_can_tell() -> None:
    assert rank_sets.FEWEST_UNITS == 10
    assert "fewer than ten rows or groups" in PAGE
    assert MOST_ENTRIES >= 632
