"""Metrics by name. A new metric is one module here with a ``METRIC``: it is found by itself.

Modules without one (``base``, ``class_counts``, …) are what several metrics share.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from scoring.metrics.base import Metric, SumMetric

__all__ = ["METRICS", "Metric", "SumMetric", "get_metric"]

_MODULES = [import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__)]
METRICS: dict[str, Metric] = {
    module.METRIC.facts.name: module.METRIC for module in _MODULES if hasattr(module, "METRIC")
}


def get_metric(name: str) -> Metric:
    """Return the metric; raises KeyError when there is none of that name."""
    return METRICS[name]
