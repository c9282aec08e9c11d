import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds.values import ClassAnswer
from scoring.metrics import get_metric
from scoring.metrics.base import Statistics, SumMetric, column_sums
from scoring.statistics.p_value import p_value
from scoring.statistics.sign_flip import answer_flips, sign_flips
from scoring.statistics.units import Units
from tests.scoring.statistics.cases import SEED, right

ACCURACY = get_metric("accuracy")
MACRO_F1 = get_metric("macro_f1")
assert isinstance(ACCURACY, SumMetric) and isinstance(MACRO_F1, SumMetric)
CLASSES = ("a", "b", "c")
PAIRS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=9)


def flips(
    first: Statistics,
    second: Statistics,
    metric: SumMetric = ACCURACY,
    units: Units | None = None,
    resamples: int = 2000,
) -> np.ndarray:
    units = units or Units.of_rows(len(first))
    null = sign_flips(metric, first, second, units=units, seed=SEED, resamples=resamples)
    return null.first - null.second


def value(metric: SumMetric, statistics: Statistics) -> float:
    return metric.finalize(column_sums(statistics))


def test_all_ways_of_swapping_are_as_likely() -> None:
    first, second = right(1, 1, 1, 0), right(0, 0, 1, 0)
    drawn = flips(first, second, resamples=8000)
    values, counts = np.unique(drawn, return_counts=True)
    assert values.tolist() == [-0.5, 0.0, 0.5]
    assert counts / 8000 == pytest.approx([0.25, 0.5, 0.25], abs=0.025)


@given(pairs=PAIRS)
def test_the_test_holds_its_level_over_all_ways_of_swapping(pairs: list[tuple[int, int]]) -> None:
    """With every way as likely, P(p <= a) <= a whatever the level a."""
    rows = np.array(pairs)
    ways = [
        np.where(np.array(way)[:, None], rows[:, ::-1], rows)
        for way in itertools.product([0, 1], repeat=len(rows))
    ]
    gaps = np.array([way[:, 0].mean() - way[:, 1].mean() for way in ways])
    ps = np.array([(np.abs(gaps) >= abs(gap) - 1e-12).mean() for gap in gaps])
    for level in (0.01, 0.05, 0.2, 0.5):
        assert (ps <= level).mean() <= level
    drawn = flips(right(*rows[:, 0]), right(*rows[:, 1]), resamples=1500)
    assert p_value(float(gaps[0]), drawn) == pytest.approx(ps[0], abs=0.06)


@given(pairs=PAIRS)
def test_swapping_the_entries_mirrors_the_differences(pairs: list[tuple[int, int]]) -> None:
    first, second = (right(*side) for side in zip(*pairs, strict=True))
    assert (
        flips(first, second, resamples=30).tolist()
        == (-flips(second, first, resamples=30)).tolist()
    )


def test_rows_on_which_both_agree_change_no_digit() -> None:
    short = flips(right(1, 1, 0), right(0, 1, 1), resamples=50)
    long = flips(right(1, 1, 0, 1, 0, 1), right(0, 1, 1, 1, 0, 1), resamples=50)
    assert (long * 6).tolist() == pytest.approx((short * 3).tolist())


def test_equal_entries_differ_in_no_draw() -> None:
    drawn = flips(right(1, 0, 1), right(1, 0, 1), resamples=20)
    assert drawn.tolist() == [0.0] * 20
    assert p_value(0.0, drawn) == 1.0


def test_one_row_tells_nothing_apart() -> None:
    assert p_value(1.0, flips(right(1), right(0))) == 1.0


def test_two_rows_tell_nothing_apart() -> None:
    assert p_value(1.0, flips(right(1, 1), right(0, 0))) == pytest.approx(0.5, abs=0.05)


def test_groups_are_swapped_whole() -> None:
    units = Units.of_members(["a"] * 10 + ["b"] * 10)
    drawn = flips(right(*[1] * 20), right(*[0] * 20), units=units)
    assert set(drawn.tolist()) == {-1.0, 0.0, 1.0}
    assert p_value(1.0, drawn) == pytest.approx(0.5, abs=0.05)


def test_a_metric_that_is_no_mean_has_its_rows_swapped() -> None:
    gold = ["a", "b", "c", "a"]
    sides = ["a", "b", "a", "b"], ["b", "b", "c", "a"]
    first, second = (MACRO_F1.statistics(gold, side, classes=CLASSES) for side in sides)
    possible = set()
    for way in itertools.product([False, True], repeat=4):
        one, two = (
            np.where(np.array(way)[:, None], *each) for each in ((second, first), (first, second))
        )
        possible.add(round(value(MACRO_F1, one) - value(MACRO_F1, two), 9))
    drawn = flips(first, second, metric=MACRO_F1)
    assert {round(each, 9) for each in drawn.tolist()} == possible


def test_fractions_are_swapped_without_rounding() -> None:
    mae = get_metric("mae")
    assert isinstance(mae, SumMetric)
    first = np.array([[0.1, 1.0], [0.7, 1.0], [0.2, 1.0]])
    null = sign_flips(
        mae, first, first[::-1].copy(), units=Units.of_rows(3), seed=SEED, resamples=99
    )
    assert null.first + null.second == pytest.approx(2 * value(mae, first))


def test_answers_are_swapped_where_there_are_no_statistics() -> None:
    gold, (one, two) = ["a", "b", "a", "b"], (["a", "b", "b", "b"], ["a", "a", "a", "a"])
    units = Units.of_rows(4)
    null = answer_flips(
        ACCURACY,
        gold,
        [ClassAnswer(each) for each in one],
        [ClassAnswer(each) for each in two],
        classes=("a", "b"),
        units=units,
        seed=SEED,
        resamples=400,
    )
    statistics = [ACCURACY.statistics(gold, side, classes=("a", "b")) for side in (one, two)]
    expected = np.unique(flips(*statistics, resamples=400)).tolist()
    assert np.unique(null.first - null.second).tolist() == expected


def test_entries_must_have_the_same_rows() -> None:
    with pytest.raises(ValueError, match="same shape"):
        flips(right(1), right(1, 0))
