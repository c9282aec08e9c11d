import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.metrics.base import Floats
from scoring.statistics.rank_sets import RankSets, rank_sets

RESAMPLES = 400


def drawn(points: list[float], spread: float, *, seed: int = 0) -> Floats:
    noise = np.random.default_rng(seed).normal(0, spread, (len(points), RESAMPLES))
    return np.array(points)[:, None] + noise


def sets(points: list[float], spread: float = 0.5, units: int = 1000) -> RankSets:
    return rank_sets(np.array(points), drawn(points, spread), units=units)


def ranks(found: RankSets) -> list[tuple[int, int]]:
    return list(zip(found.best.tolist(), found.worst.tolist(), strict=True))


def test_entries_far_apart_have_one_rank_each() -> None:
    assert ranks(sets([70.0, 90.0, 80.0])) == [(3, 3), (1, 1), (2, 2)]


def test_entries_close_together_share_their_ranks() -> None:
    assert ranks(sets([80.2, 80.0, 79.9, 40.0])) == [(1, 3), (1, 3), (1, 3), (4, 4)]


def test_sets_may_overlap_without_being_equal() -> None:
    found = sets([80.0, 79.0, 76.0], spread=0.5)
    assert ranks(found) == [(1, 2), (1, 2), (3, 3)]
    assert found.different.tolist() == [
        [False, False, True],
        [False, False, True],
        [True, True, False],
    ]


def test_a_single_entry_has_rank_1() -> None:
    found = sets([55.0])
    assert ranks(found) == [(1, 1)]
    assert found.critical == 0.0


def test_equal_answers_are_never_told_apart() -> None:
    same = drawn([80.0, 60.0], 1.0)
    found = rank_sets(np.array([80.0, 80.0, 60.0]), same[[0, 0, 1]], units=500)
    assert ranks(found) == [(1, 2), (1, 2), (3, 3)]


def test_points_that_never_vary_and_differ_are_told_apart() -> None:
    points = np.array([100.0, 0.0])
    replicates = np.repeat(points[:, None], RESAMPLES, axis=1)
    assert ranks(rank_sets(points, replicates, units=500)) == [(1, 1), (2, 2)]


@pytest.mark.parametrize("shift", [1 / 3, 0.7, 12.345, 33.3])
def test_a_difference_that_never_varies_has_no_standard_error(shift: float) -> None:
    points = np.array([80.0, 70.0])
    replicates = np.repeat((points + np.array([shift, 0.0]))[:, None], 9_999, axis=1)
    found = rank_sets(points, replicates, units=500)
    assert found.standard_errors.tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert found.critical == 0.0


@pytest.mark.parametrize("units", [1, 2, 9])
def test_few_rows_tell_nothing_apart(units: int) -> None:
    points = np.array([100.0, 0.0])
    replicates = np.repeat(points[:, None], RESAMPLES, axis=1)
    assert ranks(rank_sets(points, replicates, units=units)) == [(1, 2), (1, 2)]


def test_all_equal_share_all_ranks() -> None:
    points = np.full(5, 50.0)
    found = rank_sets(points, np.full((5, RESAMPLES), 50.0), units=500)
    assert ranks(found) == [(1, 5)] * 5
    assert found.critical == 0.0


def test_what_all_entries_share_does_not_blur_them() -> None:
    points = [80.0, 79.0]
    shared = np.random.default_rng(1).normal(0, 20, RESAMPLES)
    found = rank_sets(np.array(points), drawn(points, 0.1) + shared, units=1000)
    assert ranks(found) == [(1, 1), (2, 2)]


def test_standard_errors_are_those_of_the_differences() -> None:
    points, replicates = [80.0, 75.0, 70.0], drawn([80.0, 75.0, 70.0], 1.3)
    found = rank_sets(np.array(points), replicates, units=1000)
    expected = [[np.std(one - two, ddof=1) for two in replicates] for one in replicates]
    assert found.standard_errors == pytest.approx(np.array(expected), rel=1e-5)


def test_the_critical_value_is_an_upper_bound_of_the_largest_distance_s_quantile() -> None:
    points = np.array([80.0, 75.0, 70.0])
    replicates = drawn(points.tolist(), 1.3)
    largest = np.zeros(RESAMPLES)
    for one, two in ((0, 1), (0, 2), (1, 2)):
        difference = replicates[one] - replicates[two]
        distance = np.abs(difference - (points[one] - points[two])) / np.std(difference, ddof=1)
        largest = np.maximum(largest, distance)
    found = rank_sets(points, replicates, units=1000)
    assert found.critical == pytest.approx(
        np.sort(largest)[387], rel=1e-4
    )  # the 388th: 380 + 1.645 x 4.36


def test_two_entries_are_held_to_the_usual_1_96() -> None:
    noise = np.random.default_rng(7).normal(0, 1, (2, 10_000))
    found = rank_sets(np.zeros(2), noise, units=1000)
    assert found.critical == pytest.approx(1.99, abs=0.05)


POINTS = st.lists(st.floats(0, 100), min_size=1, max_size=7)


@given(points=POINTS, spread=st.floats(0, 20))
def test_each_set_holds_the_rank_on_the_board(points: list[float], spread: float) -> None:
    for point, best, worst in zip(
        points, *(np.array(ranks(sets(points, spread))).T.tolist()), strict=True
    ):
        assert 1 <= best <= 1 + sum(other > point + 1e-9 for other in points)
        assert len(points) - sum(other < point - 1e-9 for other in points) <= worst <= len(points)


@given(points=POINTS, data=st.data())
def test_the_order_of_entries_does_not_matter(points: list[float], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(points))))
    replicates = drawn(points, 2.0)
    here = rank_sets(np.array(points), replicates, units=100)
    there = rank_sets(np.array(points)[order], replicates[order], units=100)
    assert [ranks(here)[at] for at in order] == ranks(there)
    assert here.critical == there.critical


def test_the_size_of_blocks_changes_no_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [80.0, 79.0, 78.5, 70.0]
    whole = sets(points)
    monkeypatch.setattr("scoring.statistics.rank_sets._BLOCK_CELLS", 28)
    parts = sets(points)
    assert whole.critical == parts.critical
    assert whole.standard_errors.tolist() == parts.standard_errors.tolist()


@pytest.mark.parametrize(
    ("points", "replicates"),
    [
        ([], np.empty((0, 5))),
        ([1.0], np.ones((2, 5))),
        ([1.0], np.ones((1, 1))),
        ([1.0], np.ones((1, 20_000))),
        ([np.nan], np.ones((1, 5))),
        ([1.0], np.full((1, 5), np.inf)),
    ],
)
def test_what_can_t_be_compared_is_refused(points: list[float], replicates: Floats) -> None:
    with pytest.raises(ValueError):
        rank_sets(np.array(points), replicates, units=100)
