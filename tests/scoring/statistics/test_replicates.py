import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds.values import ClassAnswer
from scoring.metrics import get_metric
from scoring.metrics.base import SumMetric, column_sums
from scoring.statistics.replicates import board_replicates, replicates
from scoring.statistics.units import Units
from scoring.statistics.weights import weight_blocks
from tests.scoring.statistics.cases import OTHER_SEED, SEED, answers, right, some_right

ACCURACY = get_metric("accuracy")
MACRO_F1 = get_metric("macro_f1")
RMSE = get_metric("rmse")
assert isinstance(ACCURACY, SumMetric) and isinstance(MACRO_F1, SumMetric)
assert isinstance(RMSE, SumMetric)


def test_replicates_are_the_metric_of_resampled_rows() -> None:
    gold, given_classes = ["a", "b", "c", "a", "b"], ["a", "b", "a", "c", "b"]
    given_answers = [ClassAnswer(name) for name in given_classes]
    statistics = MACRO_F1.statistics(gold, given_answers, classes=("a", "b", "c"))
    found = replicates(MACRO_F1, statistics, units=Units.of_rows(5), seed=SEED, resamples=50)
    [weights] = weight_blocks(5, resamples=50, seed=SEED)
    expected = [
        MACRO_F1.value(gold, given_answers, classes=("a", "b", "c"), weights=row.astype(float))
        for row in weights
    ]
    assert found == pytest.approx(expected, abs=1e-12)


def test_replicates_of_a_board_are_those_of_each_entry() -> None:
    entries = [some_right(count, 30) for count in (3, 17, 30, 17)]
    units = Units.of_rows(30)
    board = board_replicates(ACCURACY, entries, units=units, seed=SEED, resamples=40)
    for entry, row in zip(entries, board, strict=True):
        alone = replicates(ACCURACY, entry, units=units, seed=SEED, resamples=40)
        assert row.tolist() == alone.tolist()


@given(rows=answers, data=st.data())
def test_the_order_of_rows_changes_no_digit(rows: list[int], data: st.DataObject) -> None:
    names = [f"row {number}" for number in range(len(rows))]
    order = data.draw(st.permutations(range(len(rows))))
    errors = np.stack([np.array(rows) / 3 + 0.1, np.ones(len(rows))], axis=1)
    one = replicates(RMSE, errors, units=Units.of_members(names), seed=SEED, resamples=9)
    two = replicates(
        RMSE,
        errors[order],
        units=Units.of_members([names[at] for at in order]),
        seed=SEED,
        resamples=9,
    )
    assert one.tolist() == two.tolist()


@given(rows=answers, data=st.data())
def test_a_better_answer_is_no_worse_on_any_resample(rows: list[int], data: st.DataObject) -> None:
    better = [data.draw(st.sampled_from([row, 1])) for row in rows]
    board = board_replicates(
        ACCURACY,
        [right(*rows), right(*better)],
        units=Units.of_rows(len(rows)),
        seed=SEED,
        resamples=30,
    )
    assert (board[0] <= board[1]).all()


@given(rows=answers)
def test_values_stay_within_the_metric_s_range(rows: list[int]) -> None:
    found = replicates(
        ACCURACY, right(*rows), units=Units.of_rows(len(rows)), seed=SEED, resamples=20
    )
    assert ((found >= 0) & (found <= 1)).all()


def test_a_group_is_drawn_whole() -> None:
    units = Units.of_members(["a", "a", "a", "b"])
    found = replicates(ACCURACY, right(1, 1, 1, 0), units=units, seed=SEED, resamples=200)
    assert set(found.tolist()) == {0.0, 0.75, 1.0}


def test_one_row_never_varies() -> None:
    found = replicates(ACCURACY, right(1), units=Units.of_rows(1), seed=SEED, resamples=5)
    assert found.tolist() == [1.0] * 5


def test_two_rows_have_three_values() -> None:
    found = replicates(ACCURACY, right(1, 0), units=Units.of_rows(2), seed=SEED, resamples=4000)
    values, counts = np.unique(found, return_counts=True)
    assert values.tolist() == [0.0, 0.5, 1.0]
    assert counts / 4000 == pytest.approx([0.25, 0.5, 0.25], abs=0.03)


def test_another_seed_gives_other_replicates() -> None:
    one, two = (
        replicates(ACCURACY, some_right(30, 60), units=Units.of_rows(60), seed=seed, resamples=20)
        for seed in (SEED, OTHER_SEED)
    )
    assert one.tolist() != two.tolist()


def test_more_resamples_than_a_block_holds_are_all_there() -> None:
    statistics = some_right(300, 1000)
    found = replicates(ACCURACY, statistics, units=Units.of_rows(1000), seed=SEED, resamples=6_001)
    assert len(found) == 6_001
    assert found.mean() == pytest.approx(0.3, abs=0.001)
    assert found.std() == pytest.approx((0.3 * 0.7 / 1000) ** 0.5, rel=0.05)


def test_replicates_gather_around_the_value() -> None:
    statistics = some_right(7, 10)
    found = replicates(ACCURACY, statistics, units=Units.of_rows(10), seed=SEED, resamples=5000)
    assert found.mean() == pytest.approx(ACCURACY.finalize(column_sums(statistics)), abs=0.01)


@pytest.mark.parametrize("entries", [[], [right(1, 0), right(1)]])
def test_entries_must_have_the_same_rows(entries: list[np.ndarray]) -> None:
    with pytest.raises(ValueError):
        board_replicates(ACCURACY, entries, units=Units.of_rows(2), seed=SEED, resamples=1)
