"""What each preset of the probe track fits on the train split, and how often.

- ``standard``: features scaled to mean 0 and variance 1; the strength of the penalty from a fixed
  grid by 5-fold cross-validation (of equal settings the stronger penalty wins); then a fit on all
  train rows. Five seeds, each with folds of its own.
- ``vtab-1k``: 1000 train rows; each setting is fitted on 800 of them and tried on the other 200;
  then a fit of the best on all 1000, as in VTAB (arXiv:1910.04867). Five seeds, each with rows of
  its own.
- ``mteb``: ten experiments, each a fit on 8 rows of every class with mteb's settings (logistic
  regression, C = 1, features as they are; arXiv:2210.07316). Where numbers are predicted, each is
  a fit on 2048 rows: ridge with penalty 1 on scaled features.
- ``knn``: the 5 train rows whose embeddings have the largest cosine; most of them name the class
  (of equals, the one whose rows are nearest), or the answer is the mean of their numbers.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.preprocessing import StandardScaler

from competitions.kinds.base import Label
from scoring.cosines import scale_to_unit_length
from scoring.probe_draws import dealt, few_of_each, levels, spread
from scoring.probe_faults import require_numbers
from scoring.probe_heads import ClassHead, Floats, Head, Integers, rounded_number

FOLDS = 5
SEEDS = 5
EXPERIMENTS = 10
FEW = 8
MANY = 2048
VTAB_ROWS = 1000
NEIGHBOURS = 5
_DIGITS_OF_LOSS = 9
_DECIMALS_OF_COSINES = 9
_ROWS_AT_ONCE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """``train`` (n, d) with ``targets`` (n,) and ids; ``unseen`` (m, d) asks for answers.

    Targets are class indices where ``head`` is one of classes. Draws come from ``seed``.
    """

    head: Head
    ids: Sequence[str]
    train: Floats
    targets: Floats
    unseen: Floats
    seed: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """``rounds`` are the answers to the unseen rows, once for each experiment; ``details`` tell
    how they came about."""

    rounds: Sequence[Sequence[Label]]
    details: Mapping[str, Any]


Preset = Callable[[Problem], Fitted]
"""Raises ProbeRefused ``probe_overflow``."""


def standard(problem: Problem) -> Fitted:
    """Choose by cross-validation, then fit on everything; seeds differ by their folds."""
    chosen = [_cross_validated(problem, seed) for seed in _seeds(problem, SEEDS)]
    # Seeds that chose alike have one fit in common.
    answers = {one.setting: _answers(problem, one.setting) for one in set(chosen)}
    return Fitted([answers[one.setting] for one in chosen], _told(chosen))


def vtab_1k(problem: Problem) -> Fitted:
    """Choose by one held-out fifth of at most 1000 rows, then fit on those rows; seeds differ by
    the rows that they draw."""
    rounds, chosen = [], []
    for seed in _seeds(problem, SEEDS):
        places = spread(problem.ids, _drawn_by(problem, VTAB_ROWS), count=VTAB_ROWS, seed=seed)
        drawn = _rows(problem, places)
        held = np.arange(len(places)) % FOLDS == FOLDS - 1
        chosen.append(_best(problem.head, _losses(drawn, ~held, held)[None]))
        rounds.append(_answers(drawn, chosen[-1].setting))
    return Fitted(rounds, {**_told(chosen), "train_rows": min(VTAB_ROWS, len(problem.ids))})


def mteb(problem: Problem) -> Fitted:
    """Fit again and again on few rows."""
    seeds = _seeds(problem, EXPERIMENTS)
    if isinstance(problem.head, ClassHead):
        rounds = [
            _plain_answers(
                _rows(problem, few_of_each(problem.ids, problem.targets, count=FEW, seed=seed))
            )
            for seed in seeds
        ]
        return Fitted(rounds, {"setting": 1.0, "rows_of_each": FEW})
    by = _drawn_by(problem, MANY)
    drawn = [spread(problem.ids, by, count=MANY, seed=seed) for seed in seeds]
    rounds = [_answers(_rows(problem, places), 1.0) for places in drawn]
    return Fitted(rounds, {"setting": 1.0, "train_rows": len(drawn[0])})


def knn(problem: Problem) -> Fitted:
    """Ask the nearest train rows."""
    answer = _vote(problem.head) if isinstance(problem.head, ClassHead) else _mean
    near = _neighbours(problem)
    answers = [answer([float(problem.targets[place]) for place in places]) for places in near]
    return Fitted([answers], {"neighbours": NEIGHBOURS})


PRESETS: Mapping[str, Preset] = {
    "standard": standard,
    "mteb": mteb,
    "vtab-1k": vtab_1k,
    "knn": knn,
}


@dataclass(frozen=True, slots=True)
class _Choice:
    """What one seed chose, and the mean held-out loss of it."""

    setting: float
    loss: float


def _seeds(problem: Problem, count: int) -> list[str]:
    return [f"{problem.seed}\0{number}" for number in range(count)]


def _drawn_by(problem: Problem, count: int) -> Floats:
    """Return what draws keep the shares of: classes, or ``count`` levels of numbers."""
    if isinstance(problem.head, ClassHead):
        return problem.targets
    return levels(problem.ids, problem.targets, count=count)


def _cross_validated(problem: Problem, seed: str) -> _Choice:
    by = _drawn_by(problem, -(-len(problem.ids) // FOLDS))
    fold = dealt(problem.ids, by, parts=FOLDS, seed=seed)
    losses = [_losses(problem, fold != held, fold == held) for held in range(FOLDS)]
    return _best(problem.head, np.stack(losses))


def _told(chosen: Sequence[_Choice]) -> dict[str, Any]:
    losses = [one.loss for one in chosen]
    return {
        "settings": [one.setting for one in chosen],
        "loss": _rounded(statistics.fmean(losses)),
        "loss_sd": _rounded(statistics.stdev(losses)),
    }


def _rows(problem: Problem, places: Integers) -> Problem:
    return Problem(
        head=problem.head,
        ids=[problem.ids[place] for place in places],
        train=problem.train[places],
        targets=problem.targets[places],
        unseen=problem.unseen,
        seed=problem.seed,
    )


def _losses(problem: Problem, here: Any, held: Any) -> Floats:
    """Return the loss of each setting on held-out rows: (settings,)."""
    scaler = StandardScaler().fit(problem.train[here])
    x, unseen = scaler.transform(problem.train[here]), scaler.transform(problem.train[held])
    return np.array(
        [
            problem.head.loss(
                setting, x, problem.targets[here], unseen=unseen, truth=problem.targets[held]
            )
            for setting in problem.head.settings
        ]
    )


def _answers(problem: Problem, setting: float) -> Sequence[Label]:
    """Fit on scaled features."""
    if not len(problem.unseen):
        return []
    scaler = StandardScaler().fit(problem.train)
    x, unseen = scaler.transform(problem.train), scaler.transform(problem.unseen)
    return problem.head.predict(setting, x, problem.targets, unseen=unseen)


def _plain_answers(problem: Problem) -> Sequence[Label]:
    """Fit on features as they are, with C = 1.

    Taking their mean off changes no answer, as the intercept is free, and spares the solver.
    """
    if not len(problem.unseen):
        return []
    mean = problem.train.mean(axis=0)
    return problem.head.predict(
        1.0, problem.train - mean, problem.targets, unseen=problem.unseen - mean
    )


def _best(head: Head, losses: Floats) -> _Choice:
    """Return the first setting of the lowest mean over the parts: (parts, settings).

    Means are compared as rounded; raises ProbeRefused.
    """
    require_numbers(losses)
    means = [_rounded(statistics.fmean(column)) for column in losses.T.tolist()]
    return _Choice(head.settings[means.index(min(means))], min(means))


def _rounded(loss: float) -> float:
    return float(f"{loss:.{_DIGITS_OF_LOSS}g}")


def _neighbours(problem: Problem) -> Iterator[list[int]]:
    """Yield the places of the nearest train rows of each unseen row, the nearest first.

    Equal cosines go by id, so that the order of the rows does not matter.
    """
    by_id = np.array(sorted(range(len(problem.ids)), key=problem.ids.__getitem__), dtype=np.int64)
    known = scale_to_unit_length(problem.train[by_id])
    for start in range(0, len(problem.unseen), _ROWS_AT_ONCE):
        asked = scale_to_unit_length(problem.unseen[start : start + _ROWS_AT_ONCE].copy())
        cosines = np.round(asked @ known.T, _DECIMALS_OF_COSINES)
        for row in cosines:
            nearest = np.argsort(-row, kind="stable")[:NEIGHBOURS]
            yield by_id[nearest].tolist()


def _vote(head: ClassHead) -> Callable[[Sequence[float]], Label]:
    def elected(codes: Sequence[float]) -> Label:
        """``Counter`` lists equals in the order in which they came: the nearest first."""
        return head.classes[int(Counter(codes).most_common(1)[0][0])]

    return elected


def _mean(numbers: Sequence[float]) -> Label:
    return rounded_number(math.fsum(numbers) / len(numbers))
