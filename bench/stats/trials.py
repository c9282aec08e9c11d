"""What is simulated. A scenario's trial takes a seed and tells which promises were kept in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.random import Generator, default_rng

from bench.stats.answers import Confusion, grouped_right_answers, right_answers
from scoring.metrics.accuracy import METRIC as ACCURACY
from scoring.metrics.base import Floats, Statistics, SumMetric, column_sums
from scoring.metrics.macro_f1 import METRIC as MACRO_F1
from scoring.statistics.collapsed import interval_replicates
from scoring.statistics.finals import final_differences, final_replicates
from scoring.statistics.holm import holm
from scoring.statistics.intervals import percentile_interval
from scoring.statistics.p_value import p_value
from scoring.statistics.rank_sets import rank_sets
from scoring.statistics.replicates import board_replicates
from scoring.statistics.seeds import Purpose, seed_for
from scoring.statistics.sign_flip import Null, sign_flips
from scoring.statistics.units import Units

RESAMPLES = 999
"""Of intervals and tests alike; the platform takes 10 000, but here thousands of boards wait."""
LEVEL = 0.05

SKEWED = Confusion.of([0.4, 0.3, 0.2, 0.1], [0.9, 0.8, 0.7, 0.6])
EVEN = Confusion.of([0.2] * 5, [0.75, 0.7, 0.8, 0.65, 0.7])


def seed_of(trial: int, task: str, purpose: Purpose = "bootstrap") -> str:
    """Return the seed of a task in a trial, derived as the platform does."""
    return seed_for(
        competition="simulation", task=task, dataset=str(trial), split="private", purpose=purpose
    )


def mean_rule(points: Floats) -> Floats:
    """Return the plain mean over tasks."""
    means: Floats = points.sum(axis=0) / len(points)
    return means


def _replicates(
    metric: SumMetric, statistics: Statistics, units: Units, trial: int, task: str
) -> Floats:
    values, _ = interval_replicates(
        metric, statistics, units=units, seed=seed_of(trial, task), resamples=RESAMPLES
    )
    return values


def _covers(replicates: Floats, truth: float) -> bool:
    low, high = percentile_interval(replicates)
    return low <= truth <= high


def accuracy_interval(draw: Generator, trial: int, *, rows: int, chance: float) -> bool:
    """Tell whether an accuracy's interval holds the chance."""
    [answers] = right_answers(draw, [chance], rows=rows, alike=0.0)
    return _covers(_replicates(ACCURACY, answers, Units.of_rows(rows), trial, "a"), chance)


def macro_f1_interval(draw: Generator, trial: int, *, rows: int, truth: Confusion) -> bool:
    """Tell whether macro-F1's interval holds the value of infinitely many rows."""
    answers = truth.draw(draw, rows)
    return _covers(_replicates(MACRO_F1, answers, Units.of_rows(rows), trial, "f"), truth.macro_f1)


def grouped_interval(draw: Generator, trial: int, *, groups: int) -> tuple[bool, bool]:
    """Tell whether an accuracy's interval over groups holds the chance, and whether one that takes
    each row for itself does."""
    answers, units = grouped_right_answers(draw, 0.8, groups=groups, alike=0.8)
    alone = Units.of_rows(len(answers))
    return (
        _covers(_replicates(ACCURACY, answers, units, trial, "g"), 0.8),
        _covers(_replicates(ACCURACY, answers, alone, trial, "g"), 0.8),
    )


def mean_interval(draw: Generator, trial: int) -> bool:
    """Tell whether the interval of the mean of three tasks (accuracy, macro-F1, accuracy over
    groups) holds the mean of their true values."""
    [first] = right_answers(draw, [0.85], rows=1_000, alike=0.0)
    second = SKEWED.draw(draw, 800)
    third, groups = grouped_right_answers(draw, 0.7, groups=400, alike=0.5)
    tasks = [
        _replicates(ACCURACY, first, Units.of_rows(1_000), trial, "one"),
        _replicates(MACRO_F1, second, Units.of_rows(800), trial, "two"),
        _replicates(ACCURACY, third, groups, trial, "three"),
    ]
    return _covers(final_replicates(tasks, mean_rule), (0.85 + SKEWED.macro_f1 + 0.7) / 3)


def accuracy_alarm(draw: Generator, trial: int, *, chances: Sequence[float], rows: int) -> bool:
    """Tell whether some next-rank test of a board of one task finds a difference of equals."""
    answers = right_answers(draw, chances, rows=rows, alike=0.5)
    return _alarms([Task("a", ACCURACY, answers)], chances, trial)


def final_alarm(draw: Generator, trial: int, *, entries: int) -> bool:
    """Tell whether some next-rank test of equal entries' mean over two tasks alarms."""
    chances = [0.8] * entries
    tasks = [
        Task("one", ACCURACY, right_answers(draw, chances, rows=800, alike=0.5)),
        Task("two", MACRO_F1, SKEWED.draw_equals(draw, 600, entries=entries, alike=0.5)),
    ]
    return _alarms(tasks, chances, trial)


class Task(NamedTuple):
    """A simulated task: the statistics of every entry."""

    name: str
    metric: SumMetric
    answers: Sequence[Statistics]


def _alarms(tasks: Sequence[Task], strengths: Sequence[float], trial: int) -> bool:
    """Test neighbours by the drawn scores and correct down the board, as the platform does.

    A difference of true unequals is no false alarm unless it has the wrong direction.
    """
    values = [[t.metric.finalize(column_sums(rows)) for rows in t.answers] for t in tasks]
    scores = [sum(each) / len(tasks) for each in zip(*values, strict=True)]
    neighbours = list(pairwise(sorted(range(len(scores)), key=lambda entry: -scores[entry])))
    tests = []
    for better, worse in neighbours:
        nulls = [_flips(task, better, worse, trial) for task in tasks]
        gap = scores[better] - scores[worse]
        tests.append(p_value(gap, final_differences(nulls, mean_rule)))
    return any(
        p <= LEVEL and strengths[better] <= strengths[worse]
        for p, (better, worse) in zip(holm(tests), neighbours, strict=True)
    )


def _flips(task: Task, better: int, worse: int, trial: int) -> Null:
    return sign_flips(
        task.metric,
        task.answers[better],
        task.answers[worse],
        units=Units.of_rows(len(task.answers[better])),
        seed=seed_of(trial, task.name, "sign-flip"),
        resamples=RESAMPLES,
    )


def ranks_covered(
    draw: Generator, trial: int, *, chances: Sequence[float], rows: int
) -> tuple[bool, bool]:
    """Tell whether all rank sets of a board hold all true ranks, and whether the percentile
    intervals of resampled ranks do. Of true equals, each holds all the ranks that they share."""
    answers = right_answers(draw, chances, rows=rows, alike=0.5)
    points = np.array([100.0 * float(each[:, 0].mean()) for each in answers])
    replicates = 100.0 * board_replicates(
        ACCURACY,
        answers,
        units=Units.of_rows(rows),
        seed=seed_of(trial, "a"),
        resamples=RESAMPLES,
    )
    sets = rank_sets(points, replicates, units=rows)
    true = np.array(chances)
    best = 1 + (true[None, :] > true[:, None]).sum(axis=1)
    worst = len(true) - (true[None, :] < true[:, None]).sum(axis=1)
    held = bool(((sets.best <= best) & (worst <= sets.worst)).all())
    ranks = 1 + (replicates[None, :, :] > replicates[:, None, :]).sum(axis=1)
    ends = [percentile_interval(each.astype(np.float64)) for each in ranks]
    naive = all(end.low <= best[k] and worst[k] <= end.high for k, end in enumerate(ends))
    return held, naive


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """``trial`` answers one yes or no for each of ``measures``."""

    name: str
    title: str
    measures: tuple[str, ...]
    trial: Callable[[Generator, int], bool | tuple[bool, ...]]
    share: float = 1.0
    """Of the usual number of trials."""

    def kept(self, number: int) -> tuple[bool, ...]:
        """Run one trial; its draws depend on the scenario's name and the number alone."""
        draw = default_rng([number, *self.name.encode()])
        answer = self.trial(draw, number)
        return answer if isinstance(answer, tuple) else (answer,)
