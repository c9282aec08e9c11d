"""Only clear improvements are told: more than one standard error of paired rows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.aggregate import WeightedPoints
from scoring.board import BoardTask
from scoring.evidence import Evidence
from scoring.ladder import (
    LADDER_STEP,
    Bounds,
    is_clear,
    nearest,
    paired_error,
    unpaired_error,
)
from scoring.metrics import get_metric
from scoring.resampling import Anchors
from scoring.statistics.units import Units

POINTS = st.floats(0, 100)


@pytest.mark.parametrize(
    ("points", "best", "error", "clear"),
    [
        (61.0, 60.0, 0.9, True),
        (61.0, 60.0, 1.0, False),
        (61.0, 60.0, 1.1, False),
        (60.0, 60.0, 0.0, False),
        (59.0, 60.0, 0.0, False),
        (60.04, 60.0, 0.0, False),
        (60.06, 60.0, 0.0, True),
        (99.0, 1.0, math.inf, False),
    ],
)
def test_more_than_one_error_above_the_best_is_clear(
    points: float, best: float, error: float, clear: bool
) -> None:
    assert is_clear(points, best=best, error=error) == clear


@given(st.lists(st.tuples(POINTS, st.floats(0, 20)), min_size=1, max_size=30))
def test_told_numbers_rise_and_each_is_told_once(tries: Sequence[tuple[float, float]]) -> None:
    best, told = tries[0][0], [nearest(tries[0][0], LADDER_STEP)]
    for points, error in tries[1:]:
        assert not is_clear(best, best=best, error=error)
        if is_clear(points, best=best, error=error):
            best = points
            told.append(nearest(points, LADDER_STEP))
    assert told == sorted(set(told))


def task(first: Sequence[int], second: Sequence[int], slug: str = "mood") -> BoardTask:
    return BoardTask(
        slug=slug,
        metric=get_metric("accuracy"),
        anchors=Anchors(baseline=None, ceiling=None),
        counts=WeightedPoints(points=None, weight=1.0),
        bootstrap_seed="ab" * 16,
        flip_seed="cd" * 16,
        evidence=[_evidence(first), _evidence(second)],
        points=[100 * float(np.mean(first)), 100 * float(np.mean(second))],
    )


def _evidence(right: Sequence[int]) -> Evidence:
    rows = np.stack([right, np.ones(len(right))], axis=1).astype(np.int8)
    return Evidence(units=Units.of_rows(len(right)), statistics=rows)


def error_of(*tasks: BoardTask) -> float:
    finals = [float(np.mean([each.points[entry] for each in tasks])) for entry in (0, 1)]
    return paired_error(tasks, finals=finals, rule="mean")


def test_the_error_is_that_of_paired_rows() -> None:
    first, second = np.random.default_rng(1).random((2, 800)) < 0.7
    second = np.where(np.arange(800) < 600, first, second)
    found = error_of(task(first.astype(int), second.astype(int)))
    exact = 100 * float((first.astype(int) - second).std(ddof=1)) / math.sqrt(800)
    assert exact <= found == pytest.approx(exact, rel=0.12)
    unpaired = 100 * math.sqrt((first.var() + second.var()) / 800)
    assert found < 0.6 * unpaired


def test_two_tasks_have_the_error_of_their_mean() -> None:
    draw = np.random.default_rng(2)
    pairs = (draw.random((2, 2, 400)) < 0.6).astype(int)
    apart = [error_of(task(*pair, slug=str(n))) for n, pair in enumerate(pairs)]
    together = error_of(*(task(*pair, slug=str(n)) for n, pair in enumerate(pairs)))
    assert together < max(apart)


@settings(max_examples=25)
@given(st.integers(40, 400), st.integers(0, 2**32 - 1))
def test_equal_answers_differ_by_nothing(rows: int, seed: int) -> None:
    right = (np.random.default_rng(seed).random(rows) < 0.6).astype(int)
    same = task(right, right)
    assert error_of(same) == 0
    assert not is_clear(same.points[1], best=same.points[0], error=0.0)


def test_a_single_right_row_more_is_not_told() -> None:
    right = np.zeros(500, dtype=int)
    right[:300] = 1
    for row in (300, 350, 499):
        better = right.copy()
        better[row] = 1
        one = task(right, better)
        assert not is_clear(one.points[1], best=one.points[0], error=error_of(one))


def test_many_rows_get_fewer_resamples_and_a_wider_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (np.random.default_rng(4).random((2, 900)) < 0.7).astype(int)
    whole = error_of(task(first, second))
    monkeypatch.setattr("scoring.ladder._MOST_DRAWS", 900 * 250)
    few = error_of(task(first, second))
    assert whole < few == pytest.approx(whole, rel=0.3)


def test_evidence_of_other_rows_gives_no_paired_error() -> None:
    with pytest.raises(ValueError, match="other rows"):
        error_of(task([1, 0, 1], [1, 0, 1, 1]))


def test_independent_entries_have_the_error_of_both_intervals() -> None:
    found = unpaired_error([Bounds(50, 53.92), Bounds(60, 63.92)])
    assert found == pytest.approx(math.sqrt(2))
    assert unpaired_error([Bounds(50, 54), None]) == math.inf
