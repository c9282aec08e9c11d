"""What guards let be told: steps without finer digits, and all digits after the close."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.models import Competition
from scoring.guard import guarded_points, is_guarded, told_bounds, told_points
from scoring.ladder import nearest

POINTS = st.floats(0, 100)
STEPS = st.sampled_from([0.01, 0.1, 0.5, 2.5, 3.0, 8.0, 10.0])


def running(guard: str, step: float = 0.5) -> Competition:
    return Competition(state="published", board_guard=guard, guard_step=step)


def closed(guard: str, step: float = 0.5) -> Competition:
    return Competition(state="closed", board_guard=guard, guard_step=step)


@pytest.mark.parametrize(
    ("guard", "told"), [("none", 61.2345), ("rounding", 60.0), ("ladder", 61.2)]
)
def test_points_are_told_in_steps_and_whole_after_the_close(guard: str, told: float) -> None:
    assert told_points(61.2345, running(guard, 2.5)) == told
    assert told_points(61.2345, closed(guard, 2.5)) == 61.2345
    assert guarded_points(61.2345, closed(guard, 2.5)) == told
    assert is_guarded(running(guard)) == (guard != "none")
    assert not is_guarded(closed(guard))


@given(POINTS, STEPS)
def test_the_nearest_step_is_near_and_a_step(points: float, step: float) -> None:
    told = nearest(points, step)
    assert 0 <= told <= 100
    assert abs(told - points) <= step / 2 + 1e-6
    assert told == 100 or abs(told / step - round(told / step)) < 1e-6


@given(POINTS, POINTS, STEPS)
def test_rounding_keeps_the_order(one: float, other: float, step: float) -> None:
    low, high = sorted((one, other))
    assert nearest(low, step) <= nearest(high, step)


@given(st.tuples(POINTS, POINTS, POINTS).map(sorted), STEPS)
def test_told_intervals_hold_the_interval(ends: Sequence[float], step: float) -> None:
    low, points, high = ends
    told = told_bounds(low, high, points=points, competition=running("rounding", step))
    assert told[0] is not None
    assert told[1] is not None
    assert 0 <= told[0] <= low + 1e-5
    assert high - 1e-5 <= told[1] <= 100


@given(
    st.integers(20, 80),
    st.floats(0, 0.999),
    st.floats(0, 0.999),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
)
def test_intervals_of_one_width_do_not_tell_where_in_its_step_a_score_lies(
    place: int, one: float, other: float, width: tuple[int, int]
) -> None:
    competition = running("rounding", 1.0)
    found = set()
    for inside in (one, other):
        points = place - 0.5 + inside
        ends = points - width[0] / 8, points + width[1] / 8
        found.add(told_bounds(*ends, points=points, competition=competition))
    assert len(found) == 1


def test_without_an_interval_none_is_told() -> None:
    assert told_bounds(None, 3.0, points=2.0, competition=running("ladder")) == (None, None)
    assert told_bounds(1.23, 4.56, points=2.0, competition=running("none")) == (1.23, 4.56)
    assert told_bounds(1.23, 4.56, points=2.0, competition=closed("ladder")) == (1.23, 4.56)
