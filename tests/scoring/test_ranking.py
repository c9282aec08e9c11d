"""Ranks: ties share, nulls come last, order of entries does not matter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scoring.ranking import Standing, award_order, displayed, rank

START = datetime(2026, 1, 1, tzinfo=UTC)
points = st.none() | st.floats(min_value=0, max_value=100)


def standings(*values: float | None) -> list[Standing]:
    return [
        Standing(points=value, submitted_at=START + timedelta(hours=hour))
        for hour, value in enumerate(values)
    ]


def test_equal_displayed_points_share_a_rank_and_skip_the_next() -> None:
    assert rank(standings(90.001, 95.0, 90.004, 80.0)) == [2, 1, 2, 4]


def test_an_entry_without_points_comes_last_and_below_zero_points() -> None:
    assert rank(standings(None, 0.0, 50.0)) == [3, 2, 1]


def test_ties_for_an_award_go_to_the_earlier_submission() -> None:
    assert award_order(standings(90.0, None, 95.0, 90.0)) == [2, 0, 3]


@given(st.lists(points, max_size=30))
def test_a_rank_is_one_more_than_the_number_of_better_entries(values: list[float | None]) -> None:
    shown = [-1.0 if value is None else displayed(value) or 0.0 for value in values]
    expected = [1 + sum(other > mine for other in shown) for mine in shown]
    assert rank(standings(*values)) == expected


@given(st.lists(points, max_size=12), st.randoms(use_true_random=False))
def test_ranks_do_not_depend_on_the_order_of_entries(values: list, random: object) -> None:
    order = list(range(len(values)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = rank(standings(*(values[index] for index in order)))
    straight = rank(standings(*values))
    assert shuffled == [straight[index] for index in order]
