"""Ticks hold their values, labels keep apart."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.charts.axes import Scale, is_wide, log_ticks, nice_step, round_ends, spread, time_ticks

POINTS = st.floats(0, 100)
AMOUNTS = st.floats(1e-3, 1e13)
START = datetime(2026, 11, 3, 15, 20, tzinfo=UTC)


@given(POINTS, POINTS)
def test_round_ends_hold_both_values_with_few_ticks(one: float, other: float) -> None:
    low, high = sorted((one, other))
    start, end, ticks = round_ends(low, high, least=0.5)
    assert start <= low + 1e-6
    assert end >= high - 1e-6
    assert 2 <= len(ticks) <= 8
    assert ticks == sorted(set(ticks))


@given(AMOUNTS, AMOUNTS)
def test_a_logarithmic_axis_holds_both_values_with_few_ticks(one: float, other: float) -> None:
    low, high = sorted((one, other))
    start, end, ticks = log_ticks(low, high)
    assert start <= low * 1.000001
    assert end >= high / 1.000001
    assert 2 <= len(ticks) <= 7
    scale = Scale(start=start, end=end, first=0, last=10, logarithmic=True)
    assert 0 <= scale(low) <= scale(high) <= 10


def test_a_logarithmic_scale_puts_equal_ratios_at_equal_distances() -> None:
    scale = Scale(start=1, end=10_000, first=0, last=400, logarithmic=True)
    assert [scale(value) for value in (1, 10, 100, 10_000)] == [0, 100, 200, 400]


@pytest.mark.parametrize(("least", "step"), [(0.3, 0.5), (1, 1), (1.1, 2), (60, 100), (0, 1)])
def test_steps_are_one_two_or_five(least: float, step: float) -> None:
    assert nice_step(least) == pytest.approx(step)


def test_wide_is_a_ratio_of_twenty() -> None:
    assert is_wide([1, 20])
    assert not is_wide([1, 19])
    assert not is_wide([0, 20])
    assert not is_wide([])


@example(timedelta(minutes=5, seconds=20), timedelta(seconds=30))
@given(
    st.timedeltas(timedelta(minutes=2), timedelta(days=2000)),
    st.timedeltas(timedelta(0), timedelta(days=3)),
)
def test_moments_are_few_round_and_within(span: timedelta, later: timedelta) -> None:
    start = START + later
    ticks = time_ticks(start, start + span)
    assert 2 <= len(ticks) <= 6
    assert all(start <= moment <= start + span for moment, _ in ticks)
    assert all(moment.second == 0 for moment, _ in ticks)


def test_moments_of_some_days_are_days_and_of_hours_are_hours() -> None:
    days = time_ticks(START, START + timedelta(days=9))
    assert [text for _, text in days] == ["5 Nov", "7 Nov", "9 Nov", "11 Nov"]
    hours = time_ticks(START, START + timedelta(hours=12))
    assert [text for _, text in hours] == ["18:00", "21:00", "4 Nov", "03:00"]


@given(st.lists(POINTS, max_size=20), st.floats(1, 30))
def test_labels_keep_their_order_stay_inside_and_lie_apart(places: list[float], gap: float) -> None:
    found = spread(places, gap=gap, low=0, high=100)
    least = min(gap, 100 / max(1, len(places) - 1))
    order = sorted(range(len(places)), key=lambda index: places[index])
    ordered = [found[index] for index in order]
    assert all(-1e-6 <= place <= 100 + 1e-6 for place in found)
    pairs = itertools.pairwise(ordered)
    assert all(after - before >= least - 1e-6 for before, after in pairs)


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread([80, 10, 40], gap=15, low=0, high=100) == [80, 10, 40]
