import numpy as np
import pytest
from hypothesis import given

from scoring.metrics import get_metric
from scoring.metrics.base import Floats, Statistics, SumMetric, column_sums
from scoring.statistics.collapsed import interval_replicates
from scoring.statistics.intervals import percentile_interval
from scoring.statistics.replicates import replicates
from scoring.statistics.units import Units
from tests.scoring.statistics.cases import OTHER_SEED, SEED, answers, right, some_right

ACCURACY = get_metric("accuracy")
MACRO_F1 = get_metric("macro_f1")
RMSE = get_metric("rmse")
assert isinstance(ACCURACY, SumMetric) and isinstance(MACRO_F1, SumMetric)
assert isinstance(RMSE, SumMetric)
RESAMPLES = 8_000


def both_ways(metric: SumMetric, statistics: Statistics, units: Units) -> tuple[Floats, Floats]:
    collapsed, method = interval_replicates(
        metric, statistics, units=units, seed=SEED, resamples=RESAMPLES
    )
    assert method == "multinomial"
    drawn = replicates(metric, statistics, units=units, seed=SEED, resamples=RESAMPLES)
    return collapsed, drawn


def furthest_apart(one: Floats, two: Floats) -> float:
    """The Kolmogorov-Smirnov distance of two samples."""
    values = np.union1d(one, two)
    shares = [
        np.searchsorted(np.sort(each), values, side="right") / len(each) for each in (one, two)
    ]
    return float(np.abs(shares[0] - shares[1]).max())


LARGEST_BY_CHANCE = 1.95 * (2 / RESAMPLES) ** 0.5  # p = .001


def macro_f1_rows(rows: int) -> Statistics:
    draw = np.random.default_rng(5)
    gold = draw.integers(0, 3, rows)
    given_classes = np.where(draw.random(rows) < 0.7, gold, draw.integers(0, 3, rows))
    names = ("a", "b", "c")
    return MACRO_F1.statistics(
        [names[at] for at in gold], [names[at] for at in given_classes], classes=names
    )


def test_accuracy_s_distribution_is_that_of_drawing_row_by_row() -> None:
    one, two = both_ways(ACCURACY, some_right(160, 200), Units.of_rows(200))
    assert furthest_apart(one, two) < LARGEST_BY_CHANCE


def test_macro_f1_s_distribution_is_that_of_drawing_row_by_row() -> None:
    one, two = both_ways(MACRO_F1, macro_f1_rows(300), Units.of_rows(300))
    assert furthest_apart(one, two) < LARGEST_BY_CHANCE


def test_the_distribution_over_groups_is_that_of_drawing_group_by_group() -> None:
    members = [f"group {number % 100}" for number in range(250)]
    one, two = both_ways(ACCURACY, some_right(160, 250), Units.of_members(members))
    assert furthest_apart(one, two) < LARGEST_BY_CHANCE


def test_rows_that_all_differ_are_drawn_one_by_one() -> None:
    errors = np.stack([np.arange(50) / 7, np.ones(50)], axis=1)
    found, method = interval_replicates(
        RMSE, errors, units=Units.of_rows(50), seed=SEED, resamples=30
    )
    assert method == "resampled-units"
    expected = replicates(RMSE, errors, units=Units.of_rows(50), seed=SEED, resamples=30)
    assert found.tolist() == expected.tolist()


@given(rows=answers)
def test_a_mean_s_interval_holds_it(rows: list[int]) -> None:
    statistics = right(*rows)
    found, _ = interval_replicates(
        ACCURACY, statistics, units=Units.of_rows(len(rows)), seed=SEED, resamples=999
    )
    low, high = percentile_interval(found)
    assert 0 <= low <= ACCURACY.finalize(column_sums(statistics)) <= high <= 1


@given(rows=answers)
def test_the_same_rows_in_any_order_give_the_same_digits(rows: list[int]) -> None:
    units = Units.of_rows(len(rows))
    one, two = (
        interval_replicates(ACCURACY, right(*each), units=units, seed=SEED, resamples=20)[0]
        for each in (rows, sorted(rows))
    )
    assert one.tolist() == two.tolist()


@pytest.mark.parametrize("count", [0, 40])
def test_equal_rows_leave_nothing_to_chance(count: int) -> None:
    found, _ = interval_replicates(
        ACCURACY, some_right(count, 40), units=Units.of_rows(40), seed=SEED, resamples=10
    )
    assert percentile_interval(found) == (count / 40, count / 40)


def test_another_seed_gives_other_replicates() -> None:
    units = Units.of_rows(60)
    one, two = (
        interval_replicates(ACCURACY, some_right(30, 60), units=units, seed=seed, resamples=20)[0]
        for seed in (SEED, OTHER_SEED)
    )
    assert one.tolist() != two.tolist()
