"""What a board's page shows beside scores: intervals, rank ranges, ties, shifts."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from competitions.models import Competition
from config.templatetags.intervals import interval_bar
from scoring.board_rows import axis_of, bracket_places, secondary_text
from scoring.models import BoardStatistics, LeaderboardEntry
from scoring.services.board_statistics import board_digest
from scoring.shown_statistics import EntryStatistics, ShownInterval, ToldEntry
from tests import factories
from tests.scoring.test_pages import BOARD, entry

_POINTS = st.floats(0, 100)


def _ranked(*participations: int) -> list[LeaderboardEntry]:
    return [
        LeaderboardEntry(participation_id=each, rank=place)
        for place, each in enumerate(participations, 1)
    ]


def test_a_run_of_tied_neighbours_has_two_ends() -> None:
    assert bracket_places(_ranked(5, 7, 3, 9), [(7, 9)]) == {7: "first", 3: "middle", 9: "last"}


def test_baselines_are_in_no_bracket() -> None:
    board = [*_ranked(5, 7), LeaderboardEntry(participation_id=1, rank=None)]
    assert bracket_places(board, [(5, 7)]) == {5: "first", 7: "last"}
    assert bracket_places(board, [(5, 1)]) == {}


@given(st.lists(st.tuples(_POINTS, _POINTS, _POINTS), max_size=5))
def test_the_axis_holds_all_that_is_drawn(entries: list[tuple[float, float, float]]) -> None:
    told = []
    for three in entries:
        low, points, high = sorted(three)
        row = LeaderboardEntry(final_score=points)
        told.append(ToldEntry(row, EntryStatistics(interval=ShownInterval(low, high))))
    axis = axis_of(told)
    assert 0 <= axis.start < axis.end <= 100
    for each in told:
        assert each.told.interval is not None
        assert axis.start <= each.told.interval.low <= each.told.interval.high <= axis.end


@given(_POINTS, _POINTS, _POINTS, _POINTS, _POINTS)
def test_a_bar_stays_within_its_picture(
    low: float, high: float, points: float, start: float, end: float
) -> None:
    drawn = interval_bar(min(low, high), max(low, high), points, min(start, end), max(start, end))
    for x, width in re.findall(r'x="([\d.]+)"[^/]* width="([\d.]+)"', drawn):
        assert float(x) + float(width) <= 100.61


def test_secondary_columns_have_words_of_their_own() -> None:
    assert secondary_text("win_rate", 0.256) == "26 %"
    assert secondary_text("borda", 12.0) == "12"
    assert secondary_text("borda", None) == "–"


@pytest.mark.django_db
def test_the_board_shows_how_sure_it_is(client: Client) -> None:
    cup = factories.competition(slug="cup", secondary_columns=["win_rate"])
    factories.task(cup, slug="films", title="Films")
    ann = entry(
        cup,
        "ann",
        71.0,
        low=65.04,
        high=74.91,
        rank_best=1,
        rank_worst=2,
        p_next=0.4,
        secondary={"win_rate": 1.0},
    )
    bob = entry(cup, "bob", 70.0, rank=2, low=64.0, high=73.0, rank_best=1, rank_worst=2)
    board = sorted(LeaderboardEntry.objects.all(), key=lambda row: row.rank or 0)
    BoardStatistics.objects.create(
        competition=cup,
        board="public",
        entries_sha256=board_digest(board, Competition.objects.get()),
        facts={
            "version": "1",
            "entries": 2,
            "rank_sets": {"resamples": 10_000},
            "test": {"method": "sign flips"},
            "brackets": [[ann.pk, bob.pk]],
            "tasks": {
                "films": {
                    "rows": 40,
                    "units": 40,
                    "grouped": False,
                    "detectable": {"points": 8.86, "assumed": False},
                }
            },
        },
    )
    seen = client.get(BOARD).content.decode()
    assert "65.0–75.0" in seen
    assert seen.count("· tied with the next") == 1
    assert ("rank tied first" in seen, "rank tied last" in seen) == (True, True)
    assert "may hold ranks </span>1–2" in seen
    assert "Mean win rate" in seen and "100 %" in seen
    assert '<td class="number">8.9</td>' in re.sub(r"\s+</td>", "</td>", seen)
    assert "just changed" not in seen


@pytest.mark.django_db
def test_after_the_close_a_row_says_how_far_it_moved(client: Client) -> None:
    cup = factories.competition(slug="cup", state="closed", closed_at="2026-01-01T00:00Z")
    factories.task(cup, slug="films")
    entry(cup, "ann", 71.0, board="private", rank=1, public_rank=4)
    entry(cup, "bob", 60.0, board="private", rank=2, public_rank=1)
    seen = client.get(BOARD).content.decode()
    assert "public rank 4, up 3" in seen
    assert "public rank 1, down 1" in seen
