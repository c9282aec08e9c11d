"""Places, quartiles and win rates in a task."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.pictures.field import field_of
from scoring.secondary import secondary_columns

POINTS = st.floats(0, 100).map(lambda points: round(points, 2))
MANY = st.lists(POINTS, min_size=1, max_size=30)


def test_no_points_make_no_field() -> None:
    assert field_of([]) is None


def test_equal_points_share_a_place_and_a_win() -> None:
    field = field_of([50.0, 70.001, 69.999, 90.0])
    assert field is not None
    assert [field.place(each) for each in (90.0, 70.0, 50.0)] == [1, 2, 4]
    assert field.win_rate(70.0, ranked=True) == 0.5
    assert field.win_rate(70.0, ranked=False) == 0.5
    assert field.win_rate(95.0, ranked=False) == 1.0
    assert (field.lowest, field.highest) == (50.0, 90.0)


def test_nobody_wins_alone() -> None:
    field = field_of([50.0])
    assert field is not None
    assert field.win_rate(50.0, ranked=True) is None
    assert field.quarter(50.0) == ""


@given(MANY)
def test_quartiles_are_those_of_numpy(points: list[float]) -> None:
    field = field_of(points)
    assert field is not None
    expected = np.percentile(points, [25, 50, 75])
    assert [field.lower, field.median, field.upper] == pytest.approx(expected, abs=0.0051)


@given(MANY)
def test_the_win_rate_is_that_of_the_boards_column(points: list[float]) -> None:
    field = field_of(points)
    assert field is not None
    columns = secondary_columns([[each] for each in points], names=["win_rate"])
    for each, column in zip(points, columns, strict=True):
        assert field.win_rate(each, ranked=True) == pytest.approx(column.get("win_rate"))


@given(MANY)
def test_a_quarter_at_least_is_in_each_outer_quarter_that_is_named(points: list[float]) -> None:
    field = field_of(points)
    assert field is not None
    if field.lower < field.upper:
        named = [field.quarter(each) for each in points]
        assert min(named.count("upper"), named.count("lower")) >= 1
    assert all(field.place(each) <= len(points) for each in points)
