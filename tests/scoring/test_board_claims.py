"""A board's claims are the statistics package's numbers, put together by the rule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.aggregate import WeightedPoints
from scoring.board import BoardTask, claims, detectable, resamples_of, task_replicates
from scoring.evidence import Evidence
from scoring.metrics import get_metric
from scoring.resampling import Anchors
from scoring.statistics.holm import holm
from scoring.statistics.p_value import p_value
from scoring.statistics.rank_sets import rank_sets
from scoring.statistics.replicates import board_replicates
from scoring.statistics.sign_flip import sign_flips
from scoring.statistics.units import Units

ACCURACY = get_metric("accuracy")
NO_ANCHORS = Anchors(baseline=None, ceiling=None)
BOOTSTRAP, FLIP = "ab" * 16, "cd" * 16


def evidence(right: Sequence[int]) -> Evidence:
    rows = np.stack([right, np.ones(len(right))], axis=1).astype(np.int8)
    return Evidence(units=Units.of_rows(len(right)), statistics=rows)


def task(found: Sequence[Evidence | None], **fields: Any) -> BoardTask:
    points = [
        0.0 if each is None or each.statistics is None else 100.0 * each.statistics[:, 0].mean()
        for each in found
    ]
    given = {
        "slug": "mood",
        "metric": ACCURACY,
        "anchors": NO_ANCHORS,
        "counts": WeightedPoints(points=None, weight=1.0),
        "bootstrap_seed": BOOTSTRAP,
        "flip_seed": FLIP,
        "evidence": found,
        "points": points,
    }
    return BoardTask(**{**given, **fields})


def right(share: float, *, seed: int, rows: int = 200) -> list[int]:
    return (np.random.default_rng(seed).random(rows) < share).astype(int).tolist()


def test_one_tasks_claims_are_those_of_the_statistics_package() -> None:
    entries = [evidence(right(share, seed=place)) for place, share in enumerate((0.9, 0.7, 0.65))]
    one = task(entries)
    found = claims([one], one.points, rule="mean")
    statistics = [each.statistics for each in entries]
    units = Units.of_rows(200)
    replicates = 100 * board_replicates(
        ACCURACY, statistics, units=units, seed=BOOTSTRAP, resamples=10_000
    )
    expected = rank_sets(np.array(one.points), replicates, units=200)
    np.testing.assert_array_equal(found.ranks.best, expected.best)
    np.testing.assert_array_equal(found.ranks.worst, expected.worst)
    assert found.ranks.critical == expected.critical
    tests = []
    for first, second in ((0, 1), (1, 2)):
        null = sign_flips(
            ACCURACY,
            statistics[first],
            statistics[second],
            units=units,
            seed=FLIP,
            resamples=10_000,
        )
        tests.append(
            p_value(one.points[first] - one.points[second], 100 * (null.first - null.second))
        )
    assert found.tests == tests
    assert found.p_next == holm(tests)


def test_weights_decide_between_entries_that_are_each_better_in_one_task() -> None:
    good, bad = evidence(right(0.95, seed=1)), evidence(right(0.6, seed=2))
    light = task([good, bad], slug="light")
    heavy = task([bad, good], slug="heavy", counts=WeightedPoints(points=None, weight=9.0))
    finals = [(one + 9 * nine) / 10 for one, nine in zip(light.points, heavy.points, strict=True)]
    found = claims([light, heavy], finals, rule="mean")
    assert (found.ranks.best.tolist(), found.ranks.worst.tolist()) == ([2, 1], [2, 1])
    assert set(found.detectable) == {"light", "heavy"}


def test_entries_that_are_told_equal_points_are_not_told_apart() -> None:
    one = task([evidence(right(0.95, seed=1)), evidence(right(0.55, seed=2))])
    assert claims([one], one.points, rule="mean").ranks.worst.tolist() == [1, 2]
    found = claims([one], one.points, rule="mean", told=[75.0, 75.0])
    assert (found.ranks.best.tolist(), found.ranks.worst.tolist()) == ([1, 1], [2, 2])
    assert (found.p_next, found.brackets) == ([1.0], [(0, 1)])


def test_a_failed_task_is_zero_points_on_every_resample() -> None:
    one = task([evidence(right(0.8, seed=1)), None])
    assert not task_replicates(one, 100)[1].any()
    found = claims([one], one.points, rule="mean")
    assert found.ranks.worst.tolist() == [1, 2]
    assert found.p_next[0] < 0.001


def test_two_failed_ones_are_tied() -> None:
    one = task([None, None])
    found = claims([one], [0.0, 0.0], rule="mean")
    assert (found.ranks.best.tolist(), found.p_next) == ([1, 1], [1.0])
    assert found.detectable["mood"].points is None


def test_metrics_without_sums_are_compared_by_their_values() -> None:
    draw = np.random.default_rng(3).normal(0, 0.01, size=(2, 2_000))
    values = [0.9 + draw[0], 0.5 + draw[1]]
    found = [Evidence(units=Units.of_rows(50), values=each) for each in values]
    one = task(found, metric=get_metric("spearman"), points=[90.0, 50.0])
    told = claims([one], [90.0, 50.0], rule="mean")
    assert told.test_method == "sign-flip, paired-bootstrap"
    assert told.resamples == 2_000
    assert told.p_next[0] < 0.001
    assert told.ranks.worst.tolist() == [1, 2]


def test_evidence_of_other_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="other rows"):
        task_replicates(task([evidence([1, 0, 1]), evidence([1, 0])]), 50)


def test_many_columns_are_taken_in_blocks_without_another_number(monkeypatch: Any) -> None:
    one = task([evidence(right(0.8, seed=seed)) for seed in range(5)])
    whole = task_replicates(one, 300)
    monkeypatch.setattr("scoring.board._MOST_COLUMNS", 4)
    np.testing.assert_array_equal(task_replicates(one, 300), whole)


def test_larger_boards_get_fewer_resamples_and_never_too_few() -> None:
    one = task([evidence([1, 0])])
    assert [resamples_of([one], entries) for entries in (2, 600, 1_000, 5_000)] == [
        10_000,
        10_000,
        4_000,
        1_000,
    ]


def test_the_detectable_difference_of_accuracy_is_the_formula() -> None:
    first, second = [1] * 90 + [0] * 10, [1] * 80 + [0] * 20
    one = task([evidence(first), evidence(second)])
    found = detectable(one, task_replicates(one, 50))
    assert found.points == pytest.approx(100 * 2.8 * (0.1 / 100) ** 0.5, abs=1e-4)
    assert not found.assumed
    alone = task([evidence(first)])
    assert detectable(alone, task_replicates(alone, 50)).assumed
    equals = task([evidence(first)] * 3)
    assert detectable(equals, task_replicates(equals, 50)) == detectable(
        alone, task_replicates(alone, 50)
    )


def test_one_group_of_rows_tells_of_no_detectable_difference() -> None:
    units = Units(np.zeros(20, dtype=np.intp), 1)
    found = [Evidence(units=units, values=np.full(2_000, each)) for each in (0.9, 0.5)]
    one = task(found, metric=get_metric("spearman"), points=[90.0, 50.0])
    assert claims([one], [90.0, 50.0], rule="mean").detectable["mood"].points is None


def test_few_groups_of_values_are_tied() -> None:
    units = Units(np.arange(20, dtype=np.intp) % 9, 9)
    found = [Evidence(units=units, values=np.full(2_000, each)) for each in (0.9, 0.5)]
    one = task(found, metric=get_metric("spearman"), points=[90.0, 50.0])
    told = claims([one], [90.0, 50.0], rule="mean")
    assert (told.p_next, told.ranks.worst.tolist()) == ([1.0], [2, 2])


def test_one_row_tells_no_failed_task_apart() -> None:
    one = task([evidence([1]), None])
    assert claims([one], one.points, rule="mean").p_next == [1.0]


def test_points_that_are_displayed_as_equal_are_never_told_apart() -> None:
    always, never = evidence([1] * 20), evidence([0] * 20)
    light = task([always, never], counts=WeightedPoints(points=None, weight=0.00003))
    heavy = task([evidence([1] * 10 + [0] * 10)] * 2)
    tasks = [light, heavy]
    finals = [
        (0.00003 * one + two) / 1.00003
        for one, two in zip(*(each.points for each in tasks), strict=True)
    ]
    assert finals[0] > finals[1]
    found = claims(tasks, finals, rule="mean")
    assert (found.ranks.best.tolist(), found.ranks.worst.tolist()) == ([1, 1], [2, 2])


def test_rounded_points_are_told_apart_by_no_more_than_is_sure() -> None:
    """Of entries equally good, of which one lies above the edge of a step and one below it."""
    false_alarms = 0
    for seed in range(60):
        entries = [evidence(right(0.725, seed=2 * seed + each, rows=400)) for each in (0, 1)]
        entries.sort(key=lambda each: -each.statistics[:, 0].sum())
        one = task(entries)
        told = [5.0 * math.floor(points / 5.0 + 0.5) for points in one.points]
        found = claims([one], one.points, rule="mean", told=told, step=5.0)
        false_alarms += found.p_next[0] <= 0.05
        assert not found.ranks.different.any()
    assert false_alarms <= 3


@settings(max_examples=20)
@given(st.lists(st.lists(st.integers(0, 1), min_size=24, max_size=24), min_size=1, max_size=4))
def test_every_rank_lies_in_its_set(boards: list[list[int]]) -> None:
    entries = sorted((evidence(each) for each in boards), key=lambda e: -e.statistics[:, 0].sum())
    one = task(entries)
    found = claims([one], one.points, rule="mean")
    for place, points in enumerate(one.points):
        rank = 1 + sum(other > points for other in one.points)
        assert found.ranks.best[place] <= rank
        assert place < found.ranks.worst[place] <= len(entries)
    assert all(0 < p <= 1 for p in found.p_next)
