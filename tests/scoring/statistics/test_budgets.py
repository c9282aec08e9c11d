import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.statistics.budgets import RESAMPLES, resamples_for, value_resamples_for


@pytest.mark.parametrize(
    ("units", "resamples"),
    [(1, 10_000), (100_000, 10_000), (1_000_000, 1_000), (10**9, 200)],
)
def test_large_tasks_get_fewer_resamples(units: int, resamples: int) -> None:
    assert resamples_for(units) == resamples


@pytest.mark.parametrize(
    ("rows", "resamples"), [(1, 10_000), (400, 10_000), (2_000, 2_000), (10**6, 200)]
)
def test_metrics_without_sums_get_fewer(rows: int, resamples: int) -> None:
    assert value_resamples_for(rows) == resamples


@given(count=st.integers(0, 10**9))
def test_there_are_always_some(count: int) -> None:
    assert 200 <= value_resamples_for(count) <= resamples_for(count) <= RESAMPLES
