"""What is told of intervals and tests: outwards and coarse while it runs, whole after the close."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.models import Competition
from scoring.models import LeaderboardEntry
from scoring.shown_statistics import ShownInterval, entry_statistics, shown_interval

RUNNING = Competition(state="published")
CLOSED = Competition(state="closed")


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (41.234, 49.876, (41.2, 49.9)),
        (41.2, 49.9, (41.2, 49.9)),
        (0.3, 0.7, (0.3, 0.7)),
        (0.01, 99.99, (0.0, 100.0)),
        (100.0, 100.0, (100.0, 100.0)),
    ],
)
def test_ends_go_outwards_to_a_tenth_while_it_runs(low, high, told) -> None:
    assert shown_interval(low, high, RUNNING) == ShownInterval(*told)


def test_after_the_close_they_have_the_digits_of_points() -> None:
    assert shown_interval(41.2345, 49.8765, CLOSED) == ShownInterval(41.23, 49.88)


def test_where_scores_are_rounded_to_a_step_so_are_intervals() -> None:
    rounded = Competition(state="published", board_guard="rounding", guard_step=2.5)
    assert shown_interval(41.2, 49.9, rounded) == ShownInterval(40.0, 50.0)
    fine = Competition(state="published", board_guard="rounding", guard_step=0.01)
    assert shown_interval(41.23, 49.99, fine) == ShownInterval(41.2, 50.0)


def test_no_interval_stays_none() -> None:
    assert shown_interval(None, 3.0, RUNNING) is None


ENDS = st.tuples(st.floats(0, 100), st.floats(0, 100)).map(sorted)


@given(ENDS, st.sampled_from([0.01, 0.1, 0.5, 3.0, 10.0]))
def test_what_is_told_holds_the_interval_and_tells_steps_only(ends, step) -> None:
    low, high = ends
    running = Competition(state="published", board_guard="rounding", guard_step=step)
    told = shown_interval(low, high, running)
    assert told is not None
    assert 0 <= told.low <= low + 1e-6
    assert high - 1e-6 <= told.high <= 100
    for end in (told.low, told.high):
        steps = end / max(0.1, step)
        assert abs(steps - round(steps)) < 1e-6 or end == 100


@pytest.mark.parametrize(("p", "tied"), [(None, None), (0.05, False), (0.0501, True), (1.0, True)])
def test_a_test_is_told_as_tied_or_not(p: float | None, tied: bool | None) -> None:
    entry = LeaderboardEntry(p_next=p, public_rank=7, tasks={})
    told = entry_statistics(entry, RUNNING)
    assert (told.tied_with_next, told.p_next, told.public_rank) == (tied, None, None)
    after = entry_statistics(entry, CLOSED)
    assert (after.tied_with_next, after.public_rank) == (tied, 7)
    assert after.p_next == (None if p is None else round(p, 4))
