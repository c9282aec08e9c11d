"""From a score's grounds to its evidence, its resampled points and its interval. Pure.

Seeded from names (competition, task, dataset version, split), so the same rows and answers give
the same interval on any machine, and all entries of a task meet the same resamples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from scoring.evidence import Evidence, Grounds, WeightedValue
from scoring.metrics import Metric
from scoring.metrics.base import Floats
from scoring.statistics.budgets import LEVEL, VERSION, resamples_for, value_resamples_for
from scoring.statistics.collapsed import interval_replicates
from scoring.statistics.distinct import distinct_rows
from scoring.statistics.finals import points_of_values
from scoring.statistics.intervals import percentile_interval
from scoring.statistics.units import Units
from scoring.statistics.weights import weight_blocks

_FEWEST_LOOKS = 2_000
VALUES_METHOD = "resampled-values"
_NO_EVIDENCE = Evidence(units=Units.of_rows(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """What of a task turns values into points; both None for a metric with fixed ends."""

    baseline: float | None
    ceiling: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resampled:
    """``low`` and ``high`` are the score's interval, ``made`` gives its points on resampled rows.

    ``facts`` tell how: method, resamples, seed, level, version, and what was resampled. Where two
    have the same ``key``, all but their evidence is the same.
    """

    evidence: Evidence
    made: Callable[[], Floats]
    low: float
    high: float
    facts: dict[str, Any]
    key: bytes = b""

    @property
    def points(self) -> Floats:
        """The score's points (B,) on resampled rows."""
        return self.made()


class KnownIntervals:
    """Intervals of scores of the same task and split by what they depend on, not to be made twice.

    The different rows of statistics and how often each is there decide an interval, and of many
    entries many are right as often as another.
    """

    def __init__(self) -> None:
        self._found: dict[bytes, Resampled] = {}

    def resample(
        self, grounds: Grounds, *, metric: Metric, anchors: Anchors, seed: str
    ) -> Resampled:
        """Return what ``resample`` returns."""
        evidence = evidence_of(grounds, seed=seed)
        if evidence.statistics is None:
            return _resampled(evidence, metric, anchors, seed)
        distinct, counts = distinct_rows(evidence.units.sums(evidence.statistics))
        key = b"\0".join((seed.encode(), distinct.tobytes(), counts.tobytes()))
        if key not in self._found:
            made = replace(_resampled(evidence, metric, anchors, seed), key=key)
            self._found[key] = replace(made, evidence=_NO_EVIDENCE, made=_none)
            return made
        return replace(
            self._found[key],
            evidence=evidence,
            made=lambda: to_points(
                _values(evidence, metric, seed)[0], metric=metric, anchors=anchors
            ),
        )


def resample(grounds: Grounds, *, metric: Metric, anchors: Anchors, seed: str) -> Resampled:
    """Resample a score's rows, or groups of rows, and return its interval with its evidence.

    Raises:
        ValueError: a metric without fixed ends lacks its anchors.
    """
    return _resampled(evidence_of(grounds, seed=seed), metric, anchors, seed)


def _resampled(evidence: Evidence, metric: Metric, anchors: Anchors, seed: str) -> Resampled:
    values, method = _values(evidence, metric, seed)
    points = to_points(values, metric=metric, anchors=anchors)
    low, high = percentile_interval(points)
    facts = {
        "method": method,
        "resampled": "groups" if evidence.grouped else "rows",
        "units": evidence.units.count,
        "resamples": len(points),
        "seed": seed,
        "level": LEVEL,
        "version": VERSION,
    }
    return Resampled(evidence=evidence, made=lambda: points, low=low, high=high, facts=facts)


def evidence_of(grounds: Grounds, *, seed: str) -> Evidence:
    """Return what is stored: statistics of rows, or values on resampled rows."""
    if grounds.statistics is not None:
        return Evidence(units=grounds.units, statistics=grounds.statistics, rounds=grounds.rounds)
    if grounds.weighted is None:
        raise ValueError("a score needs statistics or a value under weights")
    resamples = value_resamples_for(max(_FEWEST_LOOKS, grounds.looks))
    values = _values_on(grounds.units, grounds.weighted, seed=seed, resamples=resamples)
    return Evidence(units=grounds.units, rounds=grounds.rounds, values=values)


def to_points(values: Floats, *, metric: Metric, anchors: Anchors) -> Floats:
    """Turn values (B,) into points."""
    return points_of_values(
        values, facts=metric.facts, baseline=anchors.baseline, ceiling=anchors.ceiling
    )


def _values(evidence: Evidence, metric: Metric, seed: str) -> tuple[Floats, str]:
    if evidence.statistics is None:
        return evidence.values, VALUES_METHOD
    return interval_replicates(
        evidence.metric(metric),
        evidence.statistics,
        units=evidence.units,
        seed=seed,
        resamples=resamples_for(evidence.units.count),
    )


def _values_on(units: Units, value: WeightedValue, *, seed: str, resamples: int) -> Floats:
    blocks = weight_blocks(units.count, resamples=resamples, seed=seed)
    return np.array([value(units.spread(weights)) for block in blocks for weights in block])


def _none() -> Floats:
    """Hold no points of an entry that was looked at before."""
    return np.empty(0)
