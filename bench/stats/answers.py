"""Answers drawn from known chances, and the values that they have in the long run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from scoring.metrics.base import Statistics
from scoring.metrics.macro_f1 import METRIC as MACRO_F1
from scoring.statistics.units import Units


def right_answers(
    draw: Generator, chances: Sequence[float], *, rows: int, alike: float
) -> list[Statistics]:
    """Draw statistics of accuracy (rows, 2) for each entry, right with its chance.

    A share ``alike`` of the rows is as hard for one entry as for the others: of two entries of
    equal chance, both are right there or none.
    """
    own = draw.random((len(chances), rows))
    shared = draw.random(rows) < alike
    hardness = np.where(shared, draw.random(rows), own)
    return [_with_ones(each < chance) for each, chance in zip(hardness, chances, strict=True)]


def grouped_right_answers(
    draw: Generator, chance: float, *, groups: int, alike: float
) -> tuple[Statistics, Units]:
    """Draw answers to groups of one to eight rows each; a group's rows succeed or fail together on
    a share ``alike`` of them."""
    sizes = draw.integers(1, 9, size=groups)
    of_row = np.repeat(np.arange(groups), sizes)
    own = draw.random(len(of_row))
    hardness = np.where(draw.random(len(of_row)) < alike, draw.random(groups)[of_row], own)
    return _with_ones(hardness < chance), Units(of_row.astype(np.intp), groups)


def _with_ones(right: NDArray[np.bool_]) -> Statistics:
    return np.stack([right, np.ones_like(right)], axis=1).astype(np.int8)


@dataclass(frozen=True, slots=True)
class Confusion:
    """Chances (classes, classes) of each true class with each answer, adding up to 1."""

    chances: NDArray[np.float64]

    @classmethod
    def of(cls, shares: Sequence[float], hits: Sequence[float]) -> Confusion:
        """Let class k have a share of the rows and be named right with a chance; wrong answers
        name the other classes by their shares."""
        rows = []
        for own, (share, hit) in enumerate(zip(shares, hits, strict=True)):
            others = np.array([0.0 if k == own else each for k, each in enumerate(shares)])
            row = (1 - hit) * others / others.sum()
            row[own] = hit
            rows.append(share * row)
        return cls(np.array(rows))

    @property
    def macro_f1(self) -> float:
        """Return the value over infinitely many rows."""
        gold, given = self.chances.sum(axis=1), self.chances.sum(axis=0)
        hits = np.diag(self.chances)
        return MACRO_F1.formula(np.concatenate([hits, given, gold, np.zeros_like(gold)]))

    def draw(self, draw: Generator, rows: int) -> Statistics:
        """Draw statistics of macro-F1 (rows, 4 x classes)."""
        gold, given = self._pairs(draw, rows)
        return _class_rows(gold, given, len(self.chances))

    def draw_equals(
        self, draw: Generator, rows: int, *, entries: int, alike: float
    ) -> list[Statistics]:
        """Draw entries of equal chances on the same rows, like the first on a share of them."""
        gold, first = self._pairs(draw, rows)
        answers = [first]
        upto = (self.chances / self.chances.sum(axis=1, keepdims=True)).cumsum(axis=1)[gold]
        for _ in range(entries - 1):
            own = (draw.random(rows)[:, None] > upto[:, :-1]).sum(axis=1)
            answers.append(np.where(draw.random(rows) < alike, first, own))
        return [_class_rows(gold, given, len(self.chances)) for given in answers]

    def _pairs(self, draw: Generator, rows: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        flat = draw.choice(self.chances.size, size=rows, p=self.chances.ravel())
        gold, given = np.divmod(flat, len(self.chances))
        return gold, given


def _class_rows(gold: NDArray[np.int64], given: NDArray[np.int64], classes: int) -> Statistics:
    """As ``class_counts.class_statistics`` of answers without a missing row."""
    one = np.eye(classes, dtype=np.int8)
    hits = one[gold] * (gold == given)[:, None]
    return np.concatenate([hits, one[given], one[gold], np.zeros_like(hits)], axis=1)
