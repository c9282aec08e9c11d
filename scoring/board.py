"""What a board can claim: rank sets, tests of neighbours, brackets, detectable differences. Pure.

Entries come in the order of the board. All are compared by the same resampled rows; what is put
together from tasks is put together by the competition's rule, so the claims are about the final
score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.aggregate import WeightedPoints, final_scores
from scoring.evidence import Evidence
from scoring.metrics import Metric
from scoring.metrics.base import Floats
from scoring.ranking import DISPLAYED_DECIMALS, displayed
from scoring.resampling import Anchors, to_points
from scoring.statistics.brackets import tie_brackets
from scoring.statistics.budgets import RESAMPLES, resamples_for
from scoring.statistics.detectable import (
    LARGEST_DISCORDANCE,
    detectable_by_discordance,
    detectable_by_error,
    typical_discordance,
    typical_error,
)
from scoring.statistics.finals import final_replicates
from scoring.statistics.holm import holm
from scoring.statistics.p_value import p_value
from scoring.statistics.paired_bootstrap import centred
from scoring.statistics.rank_sets import FEWEST_UNITS, RankSets, rank_sets
from scoring.statistics.replicates import board_replicates
from scoring.statistics.sign_flip import Null, sign_flips

MOST_ENTRIES = 2_000
"""Further entries get no rank sets: each entry is compared with each."""
_MOST_COLUMNS = 2_000
_PAIR_WORK = 4_000_000_000
_FEWEST = 1_000
_DECIMALS = 4
SIGN_FLIP, PAIRED_BOOTSTRAP = "sign-flip", "paired-bootstrap"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoardTask:
    """One task with the evidence of each entry, None where the task failed (0 points)."""

    slug: str
    metric: Metric
    anchors: Anchors
    counts: WeightedPoints
    bootstrap_seed: str
    flip_seed: str
    evidence: Sequence[Evidence | None]
    points: Sequence[float]

    @property
    def present(self) -> list[Evidence]:
        """The evidence of those that did not fail."""
        return [each for each in self.evidence if each is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detectable:
    """How far apart two entries of a task must be to be told apart, in points; None if unknown.

    ``assumed`` where no two entries could be compared yet and the worst case was taken.
    """

    points: float | None
    assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Claims:
    """``tests`` (M - 1,) are raw p-values of each entry against the next, ``p_next`` corrected."""

    ranks: RankSets
    resamples: int
    tests: list[float]
    p_next: list[float]
    test_method: str
    brackets: list[tuple[int, int]]
    detectable: dict[str, Detectable]


def claims(
    tasks: Sequence[BoardTask],
    finals: Sequence[float],
    *,
    rule: str,
    known_tests: Mapping[int, float] | None = None,
    told: Sequence[float] | None = None,
    step: float = 0.0,
) -> Claims:
    """Return what can be claimed of M entries with final scores ``finals``.

    Where a guard rounds them to multiples of ``step``, ``told`` are what the board tells; those are
    then compared, and are taken to differ by no more than is sure. Ranks are of displayed points,
    so entries that share one are never told apart.
    ``known_tests`` are raw p-values of entries (by place) against the next that need no new test.

    Raises:
        ValueError: no task, no entries, or evidence of other rows than another entry's.
    """
    resamples = resamples_of(tasks, len(finals))
    replicates = [task_replicates(task, resamples) for task in tasks]
    counts = [task.counts for task in tasks]
    whole = np.stack(
        [_final([each[m] for each in replicates], counts, rule) for m in range(len(finals))]
    )
    shown = finals if told is None else told
    ranks = rank_sets(
        np.array(finals),
        whole,
        units=_fewest_units(tasks),
        told=np.array([displayed(each) for each in shown]),
        step=max(step, 10.0**-DISPLAYED_DECIMALS),
    )
    known = known_tests or {}
    tests = [
        known[place]
        if place in known
        else _test(tasks, replicates, _sure_gap(shown, place, step), place, rule)
        for place in range(len(finals) - 1)
    ]
    return Claims(
        ranks=ranks,
        resamples=whole.shape[1],
        tests=tests,
        p_next=holm(tests),
        test_method=_test_method(tasks),
        brackets=tie_brackets(ranks.different),
        detectable={
            task.slug: detectable(task, each) for task, each in zip(tasks, replicates, strict=True)
        },
    )


def resamples_of(tasks: Sequence[BoardTask], entries: int) -> int:
    """Return how many resamples all tasks get: fewer where rows or pairs of entries are many."""
    units = [each.units.count for task in tasks for each in task.present[:1]]
    by_units = min(map(resamples_for, units), default=RESAMPLES)
    return min(by_units, max(_FEWEST, _PAIR_WORK // max(1, entries) ** 2))


def task_replicates(task: BoardTask, resamples: int) -> Floats:
    """Return points (M, B) of a task on the same resampled rows; zeros where it failed."""
    present = task.present
    if not present:
        return np.zeros((len(task.evidence), resamples))
    if present[0].statistics is None:
        values = np.stack([each.values[:resamples] for each in present])
    else:
        values = np.concatenate(list(_blocks(task, present, resamples)))
    points = np.zeros((len(task.evidence), values.shape[1]))
    places = [place for place, each in enumerate(task.evidence) if each is not None]
    points[places] = to_points(values, metric=task.metric, anchors=task.anchors)
    return points


def _blocks(task: BoardTask, present: Sequence[Evidence], resamples: int) -> Iterator[Floats]:
    """Yield values of some entries at a time: memory goes with their columns."""
    first = present[0]
    statistics = [_statistics(each, first) for each in present]
    size = max(1, _MOST_COLUMNS // statistics[0].shape[1])
    for start in range(0, len(present), size):
        yield board_replicates(
            first.metric(task.metric),
            statistics[start : start + size],
            units=first.units,
            seed=task.bootstrap_seed,
            resamples=resamples,
        )


def _statistics(evidence: Evidence, first: Evidence) -> Floats:
    if evidence.statistics is None or not same_rows(evidence, first):
        raise ValueError("evidence of other rows")
    return evidence.statistics


def same_rows(one: Evidence, other: Evidence) -> bool:
    """Tell whether two pieces of evidence are about the same rows of one metric."""
    if not np.array_equal(one.units.of_row, other.units.of_row) or one.rounds != other.rounds:
        return False
    if one.statistics is None or other.statistics is None:
        return one.statistics is other.statistics and len(one.values) == len(other.values)
    return one.statistics.shape == other.statistics.shape


def _test(
    tasks: Sequence[BoardTask],
    replicates: Sequence[Floats],
    gap: float,
    place: int,
    rule: str,
) -> float:
    """Return the raw p-value of an entry against the next one, ``gap`` below in final scores.

    Resampled values of a few groups hardly vary, or not at all: 1.0 where nothing but them is left.
    """
    if any(_is_of_too_few(task, place) for task in tasks):
        return 1.0
    nulls = [_null(task, each, place) for task, each in zip(tasks, replicates, strict=True)]
    counts = [task.counts for task in tasks]
    first = _final([null.first for null in nulls], counts, rule)
    second = _final([null.second for null in nulls], counts, rule)
    return p_value(gap, first - second)


def _is_of_too_few(task: BoardTask, place: int) -> bool:
    pair = [each for each in task.evidence[place : place + 2] if each is not None]
    swapped = len(pair) == 2 and all(each.statistics is not None for each in pair)
    return bool(pair) and not swapped and pair[0].units.count < FEWEST_UNITS


def _sure_gap(shown: Sequence[float], place: int, step: float) -> float:
    return max(0.0, abs(shown[place] - shown[place + 1]) - step)


def _null(task: BoardTask, replicates: Floats, place: int) -> Null:
    """Return points of two neighbours in one task, drawn as if they were equally good there."""
    first, second = task.evidence[place], task.evidence[place + 1]
    if first is None or second is None or first.statistics is None or second.statistics is None:
        pair = task.points[place], task.points[place + 1]
        return centred(*pair, replicates[place], replicates[place + 1])
    null = sign_flips(
        first.metric(task.metric),
        first.statistics,
        second.statistics,
        units=first.units,
        seed=task.flip_seed,
        resamples=RESAMPLES,
    )
    return Null(*(to_points(each, metric=task.metric, anchors=task.anchors) for each in null))


def _final(points: Sequence[Floats], counts: Sequence[WeightedPoints], rule: str) -> Floats:
    return final_replicates(points, lambda stack: final_scores(list(stack), counts, rule=rule))


def _fewest_units(tasks: Sequence[BoardTask]) -> int:
    return min((each.units.count for task in tasks for each in task.present[:1]), default=0)


def _test_method(tasks: Sequence[BoardTask]) -> str:
    by_rows = all(each.statistics is not None for task in tasks for each in task.present[:1])
    return SIGN_FLIP if by_rows else f"{SIGN_FLIP}, {PAIRED_BOOTSTRAP}"


def detectable(task: BoardTask, replicates: Floats) -> Detectable:
    """Return the minimum detectable difference of a task, from neighbours that did not fail."""
    present = [place for place, each in enumerate(task.evidence) if each is not None]
    evidence = task.present
    if evidence and task.metric.facts.name == "accuracy" and _plain(evidence[0]):
        rows = [each.statistics[:, 0] for each in evidence if each.statistics is not None]
        found = typical_discordance(rows)
        share = LARGEST_DISCORDANCE if found is None else found
        points = detectable_by_discordance(discordance=share, units=evidence[0].units.count)
        return Detectable(points=round(points, _DECIMALS), assumed=found is None)
    error = typical_error(replicates[present])
    if error is None:
        return Detectable(points=None)
    return Detectable(points=round(detectable_by_error(error), _DECIMALS))


def _plain(evidence: Evidence) -> bool:
    return evidence.rounds == 1 and not evidence.grouped
