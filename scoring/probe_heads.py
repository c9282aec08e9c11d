"""The linear models of the probe: logistic regression for classes, ridge for numbers.

Answers are rounded before they leave: decisions to 6 decimals before the largest is taken (ties go
to the first class), numbers to 9 significant digits. The solvers are run to a tolerance far
tighter than that (measured: decisions within 2e-6 of the optimum), so that rounding errors that
differ between machines do not show.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge

from competitions.kinds.base import Label

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_DECIMALS_OF_DECISIONS = 6
_DIGITS_OF_NUMBERS = 9
_TOLERANCE = 1e-8
_MOST_STEPS = 100
_SMALLEST_SHARE = 1e-15
# Its square, and sums of such squares, are still finite; the probe refuses losses far below.
_LARGEST_ERROR = 1e100


class Head(Protocol):
    """A linear model with one setting, the strength of its penalty; strongest first."""

    @property
    def settings(self) -> tuple[float, ...]:
        """The grid to choose from."""

    def loss(
        self, setting: float, x: Floats, targets: Floats, *, unseen: Floats, truth: Floats
    ) -> float:
        """Fit on ``x`` (n, d) and return the mean loss on ``unseen`` (m, d)."""

    def predict(
        self, setting: float, x: Floats, targets: Floats, *, unseen: Floats
    ) -> Sequence[Label]:
        """Fit on ``x`` (n, d) and answer ``unseen`` (m, d)."""


@dataclass(frozen=True, slots=True)
class ClassHead:
    """Logistic regression; targets are class indices, settings are C, the loss is log loss."""

    classes: tuple[str, ...]
    settings: ClassVar[tuple[float, ...]] = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)

    def loss(
        self, setting: float, x: Floats, targets: Floats, *, unseen: Floats, truth: Floats
    ) -> float:
        model = _fitted_classifier(setting, x, targets)
        shares = np.zeros((len(unseen), len(self.classes)))
        shares[:, model.classes_] = model.predict_proba(unseen)
        of_truth = shares[np.arange(len(truth)), truth.astype(np.int64)]
        return -math.fsum(math.log(max(share, _SMALLEST_SHARE)) for share in of_truth) / len(truth)

    def predict(
        self, setting: float, x: Floats, targets: Floats, *, unseen: Floats
    ) -> Sequence[Label]:
        model = _fitted_classifier(setting, x, targets)
        decisions = np.round(model.decision_function(unseen), _DECIMALS_OF_DECISIONS)
        if decisions.ndim == 1:
            columns = (decisions > 0).astype(np.int64)
        else:
            columns = decisions.argmax(axis=1)
        return [self.classes[code] for code in model.classes_[columns]]


@dataclass(frozen=True, slots=True)
class NumberHead:
    """Ridge regression; targets are numbers, settings are alpha, the loss is squared error."""

    settings: ClassVar[tuple[float, ...]] = (1e5, 1e4, 1e3, 1e2, 1e1, 1.0)

    def loss(
        self, setting: float, x: Floats, targets: Floats, *, unseen: Floats, truth: Floats
    ) -> float:
        errors = _fitted_ridge(setting, x, targets).predict(unseen) - truth
        if not np.all(np.abs(errors) <= _LARGEST_ERROR):
            return math.inf
        return math.fsum((errors * errors).tolist()) / len(truth)

    def predict(
        self, setting: float, x: Floats, targets: Floats, *, unseen: Floats
    ) -> Sequence[Label]:
        numbers = _fitted_ridge(setting, x, targets).predict(unseen)
        return [rounded_number(number) for number in numbers.tolist()]


def rounded_number(number: float) -> float:
    """Return a number with the digits that an answer keeps."""
    return float(f"{number:.{_DIGITS_OF_NUMBERS}g}")


def _fitted_classifier(setting: float, x: Floats, targets: Floats) -> LogisticRegression:
    model = LogisticRegression(C=setting, solver="newton-cg", tol=_TOLERANCE, max_iter=_MOST_STEPS)
    with warnings.catch_warnings():
        # At this tolerance the last step often finds nothing left to gain.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.filterwarnings("ignore", message="(?i).*(line search|rounding errors)")
        return model.fit(x, targets.astype(np.int64))


def _fitted_ridge(setting: float, x: Floats, targets: Floats) -> Ridge:
    return Ridge(alpha=setting, solver="cholesky").fit(x, targets)
