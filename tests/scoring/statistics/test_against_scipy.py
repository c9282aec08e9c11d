"""The same questions to scipy: intervals by ``bootstrap``, p-values by ``permutation_test``."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from scoring.metrics import get_metric
from scoring.metrics.base import Floats, SumMetric, column_sums
from scoring.statistics.collapsed import interval_replicates
from scoring.statistics.intervals import percentile_interval
from scoring.statistics.p_value import p_value
from scoring.statistics.replicates import replicates
from scoring.statistics.sign_flip import sign_flips
from scoring.statistics.units import Units
from tests.scoring.statistics.cases import SEED, right

RESAMPLES = 10_000
DRAW = np.random.default_rng(11)
ERRORS = DRAW.exponential(1.0, 150)
RIGHT = (DRAW.random(400) < 0.83).astype(int)
CASES = [(right(*RIGHT), "accuracy"), (np.stack([ERRORS, np.ones(150)], axis=1), "mae")]


def metric_named(name: str) -> SumMetric:
    metric = get_metric(name)
    assert isinstance(metric, SumMetric)
    return metric


def scipy_interval(rows: Floats, name: str) -> tuple[float, float]:
    metric = metric_named(name)

    def statistic(*columns: Floats, axis: int) -> Floats:
        sums = np.stack([column.sum(axis=axis) for column in columns], axis=-1)
        return metric.finalize_all(np.atleast_2d(sums)).reshape(sums.shape[:-1])

    found = stats.bootstrap(
        tuple(rows.T.astype(float)),
        statistic,
        paired=True,
        n_resamples=RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(3),
        vectorized=True,
        batch=500,
    ).confidence_interval
    return found.low, found.high


@pytest.mark.parametrize(("rows", "name"), CASES, ids=[name for _, name in CASES])
def test_intervals_are_those_of_scipy_s_bootstrap(rows: Floats, name: str) -> None:
    metric, units = metric_named(name), Units.of_rows(len(rows))
    low, high = scipy_interval(rows, name)
    drawn = replicates(metric, rows, units=units, seed=SEED, resamples=RESAMPLES)
    collapsed, _ = interval_replicates(metric, rows, units=units, seed=SEED, resamples=RESAMPLES)
    for found in (drawn, collapsed):
        assert percentile_interval(found) == pytest.approx((low, high), abs=0.05 * (high - low))


def test_a_correlation_s_interval_is_scipy_s() -> None:
    x = DRAW.normal(size=120)
    y = 0.7 * x + DRAW.normal(size=120)
    pearson = metric_named("pearson")
    rows = pearson.statistics(x.tolist(), y.tolist())
    found = replicates(pearson, rows, units=Units.of_rows(120), seed=SEED, resamples=4000)
    theirs = stats.bootstrap(
        (x, y),
        lambda a, b, axis: stats.pearsonr(a, b, axis=axis).statistic,
        paired=True,
        n_resamples=4000,
        method="percentile",
        rng=np.random.default_rng(3),
    ).confidence_interval
    assert percentile_interval(found) == pytest.approx(
        (theirs.low, theirs.high), abs=0.08 * (theirs.high - theirs.low)
    )


@pytest.mark.parametrize("gain", [0.0, 0.03, 0.08])
def test_p_is_that_of_scipy_s_permutation_test(gain: float) -> None:
    draw = np.random.default_rng(8)
    hardness = draw.random(300)
    first = np.where(draw.random(300) < 0.5, hardness, draw.random(300)) < 0.75 + gain
    second = hardness < 0.75
    rows = [right(*side.astype(int)) for side in (first, second)]
    accuracy = metric_named("accuracy")
    observed = accuracy.finalize(column_sums(rows[0])) - accuracy.finalize(column_sums(rows[1]))
    null = sign_flips(accuracy, *rows, units=Units.of_rows(300), seed=SEED, resamples=RESAMPLES)
    theirs = stats.permutation_test(
        (first.astype(float), second.astype(float)),
        lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis),
        permutation_type="samples",
        n_resamples=RESAMPLES,
        rng=np.random.default_rng(3),
        batch=500,
    ).pvalue
    assert p_value(observed, null.first - null.second) == pytest.approx(theirs, abs=0.025)


def test_few_pairs_give_scipy_s_exact_p() -> None:
    first, second = (
        np.array([2.0, 1.5, 3.0, 0.5, 2.5, 4.0]),
        np.array([1.0, 1.0, 2.0, 1.0, 1.5, 2.0]),
    )
    mae = metric_named("mae")
    rows = [np.stack([side, np.ones(6)], axis=1) for side in (first, second)]
    null = sign_flips(mae, *rows, units=Units.of_rows(6), seed=SEED, resamples=RESAMPLES)
    exact = stats.permutation_test(
        (first, second),
        lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis),
        permutation_type="samples",
    ).pvalue
    observed = float(first.mean() - second.mean())
    assert p_value(observed, null.first - null.second) == pytest.approx(exact, abs=0.01)
