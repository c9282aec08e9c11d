"""Runs scenarios on all cores. What comes out depends on names and numbers of trials alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from math import sqrt
from multiprocessing import get_context

import numpy as np
from threadpoolctl import threadpool_limits

from bench.stats.scenarios import ALL
from bench.stats.trials import Scenario

_CHUNK = 50
_BY_NAME = {scenario.name: scenario for scenario in ALL}


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of the trials kept a promise (or gave an alarm)."""

    kept: int
    trials: int

    @property
    def share(self) -> float:
        """Return it as a number from 0 to 1, of four digits."""
        return round(self.kept / self.trials, 4)

    @property
    def error(self) -> float:
        """Return the standard error of the share, from the trials alone."""
        share = self.kept / self.trials
        return sqrt(share * (1 - share) / self.trials)


Result = dict[str, dict[str, Rate]]
"""By scenario and measure."""


def simulate(scenarios: Sequence[Scenario], *, trials: int, processes: int) -> Result:
    """Run ``trials`` of each scenario (times its share), told on stderr as they are done."""
    result: Result = {}
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=threadpool_limits, initargs=(1,)
    ) as pool:
        for scenario in scenarios:
            number = max(1, round(trials * scenario.share))
            chunks = list(_chunks(scenario.name, number))
            kept = np.sum(list(pool.map(_run, *zip(*chunks, strict=True))), axis=0)
            result[scenario.name] = {
                measure: Rate(int(each), number)
                for measure, each in zip(scenario.measures, kept, strict=True)
            }
            told = ", ".join(
                f"{rate.share:.4f} {name}" for name, rate in result[scenario.name].items()
            )
            sys.stderr.write(f"[stats] {scenario.title}: {told} of {number}\n")
    return result


def _chunks(name: str, trials: int) -> Iterator[tuple[str, int, int]]:
    for start in range(0, trials, _CHUNK):
        yield name, start, min(trials, start + _CHUNK)


def _run(name: str, start: int, stop: int) -> list[int]:
    scenario = _BY_NAME[name]
    kept = np.array([scenario.kept(number) for number in range(start, stop)])
    return [int(each) for each in kept.sum(axis=0)]
