"""Metrics by name. A new metric is one module with a ``METRIC``, its facts, and one line here."""

from __future__ import annotations

from scoring.metrics import (
    accuracy,
    balanced_accuracy,
    macro_f1,
    mae,
    mcc,
    pearson,
    precision,
    r2,
    recall,
    rmse,
    spearman,
)
from scoring.metrics.base import Metric, SumMetric

__all__ = ["METRICS", "Metric", "SumMetric", "get_metric"]

METRICS: dict[str, Metric] = {
    module.METRIC.facts.name: module.METRIC
    for module in (
        accuracy,
        balanced_accuracy,
        precision,
        recall,
        macro_f1,
        mcc,
        rmse,
        mae,
        r2,
        spearman,
        pearson,
    )
}


def get_metric(name: str) -> Metric:
    """Return the metric; raises KeyError when there is none of that name."""
    return METRICS[name]
