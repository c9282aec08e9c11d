"""Win rates and Borda points: what an entry beats, ties halved, and nothing else."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.secondary import secondary_columns

BOTH = ("win_rate", "borda")
BOARDS = st.integers(1, 4).flatmap(
    lambda tasks: st.lists(
        st.lists(st.none() | st.floats(0, 100), min_size=tasks, max_size=tasks),
        min_size=1,
        max_size=6,
    )
)


def test_three_entries_in_two_tasks() -> None:
    found = secondary_columns([[90, 50], [80, 50], [70, None]], names=BOTH)
    assert [each["borda"] for each in found] == [3.5, 2.5, 0]
    assert [each["win_rate"] for each in found] == [3.5 / 4, 2.5 / 4, 0]


def test_points_that_look_equal_are() -> None:
    found = secondary_columns([[50.001], [50.004]], names=["borda"])
    assert found == [{"borda": 0.5}, {"borda": 0.5}]


def test_a_failed_task_is_beaten_by_zero_points() -> None:
    assert secondary_columns([[0.0], [None]], names=["borda"]) == [{"borda": 1}, {"borda": 0}]


def test_alone_there_is_no_win_rate() -> None:
    assert secondary_columns([[50]], names=BOTH) == [{"borda": 0}]


def test_only_what_is_asked_for() -> None:
    assert secondary_columns([[1], [2]], names=[]) == [{}, {}]
    assert secondary_columns([], names=BOTH) == []


@given(BOARDS)
def test_every_pair_gives_one_win_in_each_task(board: list[list[float | None]]) -> None:
    found = secondary_columns(board, names=BOTH)
    pairs = len(board) * (len(board) - 1) / 2
    assert math.fsum(each["borda"] for each in found) == pytest.approx(pairs * len(board[0]))
    assert all(0 <= each.get("win_rate", 0) <= 1 for each in found)
