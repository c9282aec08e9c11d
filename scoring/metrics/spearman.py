"""Spearman's rank correlation with midranks for ties; 0 where answers or labels are all equal.

With midranks r of the n labels (about their mean), the rank of an answer about its mean is half
the sum over all rows of the sign of their difference, so

    rho = N / (|r| |q|),    N = 1/2 sum over pairs (r_i - r_j) sign(x_i - x_j),
    12 |q|² = n³ - n - sum over ties of t answers (t³ - t).

Missing never helps: the value is a lower bound over all answers the m missing rows could have.
Each pair with a missing row counts as ordered wrongly, which makes N smallest. Where N is not
negative it is divided by the largest |q|: only the answered rows tie; where it is negative, by
the smallest: all missing rows join the largest tie. Withholding one more answer moves its pairs
from their true term to the lowest one, enlarges the first |q| and lowers the second, so each step
can only lower the value; without missing rows the bounds are the formula itself. One missing row
in n costs about 2 / n.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from competitions.kinds.metric_facts import correlation
from competitions.kinds.shapes import Shape
from scoring.metrics.base import Floats, Given, Gold, Metric, check_rows
from scoring.metrics.numbers import given_numbers, true_numbers


class SpearmanCorrelation(Metric):
    """Not a function of sums: ranks depend on all rows at once."""

    facts = correlation(
        "spearman",
        "Spearman correlation",
        "How well the answers put the rows in the true order: 1 for the same order, 0 for "
        "no relation.",
        shapes=(Shape.NUMBER, Shape.LIKENESS),
        reference="scipy.stats.spearmanr",
    )

    def value(
        self,
        labels: Gold,
        predictions: Given,
        *,
        classes: Sequence[str] = (),
        weights: Floats | None = None,
    ) -> float:
        check_rows(labels, predictions)
        gold, given = true_numbers(labels), given_numbers(predictions)
        if weights is None:
            weights = np.ones_like(gold)
        counted = weights > 0
        if not counted.any():
            raise ValueError("no rows")
        return self.clamped(_bound(gold[counted], given[counted], weights[counted]))


METRIC = SpearmanCorrelation()


def _bound(gold: Floats, given: Floats, weights: Floats) -> float:
    ranks, ties_of_gold = _midranks(gold, weights)
    ranks -= (weights.sum() + 1) / 2
    here = ~np.isnan(given)
    answer_ranks, ties = _midranks(given[here], weights[here])
    answer_ranks -= (weights[here].sum() + 1) / 2
    agreement = math.fsum((weights[here] * ranks[here] * answer_ranks).tolist())
    numerator = (
        agreement - (_distances(ranks, weights) - _distances(ranks[here], weights[here])) / 2
    )
    rows, missing = float(weights.sum()), float(weights[~here].sum())
    spread_of_gold = _spread(rows, ties_of_gold)
    spread = _spread(rows, ties if numerator >= 0 else _joined(ties, missing))
    if spread_of_gold <= 0:
        return 0.0
    if spread <= 0:
        return -1.0 if numerator < 0 else 0.0
    return 12 * numerator / math.sqrt(spread_of_gold * spread)


def _midranks(numbers: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return ranks (n,) from 1, the mean rank within ties, and the weight of each tie."""
    _, group = np.unique(numbers, return_inverse=True)
    ties = np.bincount(group, weights=weights).astype(np.float64)
    before = np.cumsum(ties) - ties
    return (before + (ties + 1) / 2)[group], ties


def _spread(rows: float, ties: Floats) -> float:
    """Return 12 times the sum of squares of midranks about their mean."""
    return rows**3 - rows - math.fsum((ties**3 - ties).tolist())


def _joined(ties: Floats, missing: float) -> Floats:
    """Let all missing rows join the largest tie."""
    if len(ties) == 0:
        return np.array([missing])
    joined = ties.copy()
    joined[int(np.argmax(joined))] += missing
    return joined


def _distances(ranks: Floats, weights: Floats) -> float:
    """Return the sum of |r_i - r_j| over all pairs of rows, in n log n."""
    order = np.argsort(ranks, kind="stable")
    ranks, weights = ranks[order], weights[order]
    below = np.cumsum(weights) - weights
    above = weights.sum() - below - weights
    return math.fsum((weights * ranks * (below - above)).tolist())
