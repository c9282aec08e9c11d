"""Exact sums and the guard at the end of every formula."""

import numpy as np
import pytest

from scoring.metrics import get_metric
from scoring.metrics.base import column_sums


def test_integer_statistics_do_not_wrap_around() -> None:
    assert column_sums(np.ones((1000, 1), dtype=np.int8)).tolist() == [1000]


def test_sums_are_exact_where_plain_addition_is_not() -> None:
    column = np.array([1e16, 1.0, -1e16, 1.0])[:, None]
    assert column.sum() != 2
    assert column_sums(column).tolist() == [2]


def test_weights_multiply_rows() -> None:
    statistics = np.array([[1, 2], [3, 4]], dtype=np.int8)
    assert column_sums(statistics, weights=np.array([0.0, 2.0])).tolist() == [6, 8]


def test_rounding_noise_is_clamped_and_nan_never_leaves() -> None:
    metric = get_metric("spearman")
    assert metric.clamped(1.0000000000000004) == 1
    with pytest.raises(ValueError, match="not finite"):
        metric.clamped(float("nan"))
