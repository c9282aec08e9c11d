"""True and predicted numbers as arrays, and what a missing one costs."""

from __future__ import annotations

import math

import numpy as np

from scoring.metrics.base import Floats, Given, Gold


def true_numbers(labels: Gold) -> Floats:
    """Return the labels (n,) as float64; raises ValueError where one is not finite."""
    numbers = np.asarray(labels, dtype=np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError("a label is not finite")
    return numbers


def given_numbers(predictions: Given) -> Floats:
    """Return the predictions (n,) as float64 with NaN for missing; infinity is missing too."""
    numbers = np.array(
        [math.nan if answer is None else answer for answer in predictions], dtype=np.float64
    )
    numbers[~np.isfinite(numbers)] = math.nan
    return numbers


def absolute_errors(labels: Gold, predictions: Given) -> Floats:
    """Return |prediction - label| (n,); a missing row errs by the farthest end of the range.

    The range is that of all labels, so no prediction within it errs more: withholding one never
    helps. Where all labels are equal the range has no width, and a missing row errs by the
    label's size, at least 1.
    """
    gold = true_numbers(labels)
    errors = np.abs(given_numbers(predictions) - gold)
    low, high = gold.min(), gold.max()
    by_range = np.maximum(gold - low, high - gold)
    worst = by_range if low < high else np.maximum(np.abs(gold), 1.0)
    return np.where(np.isnan(errors), worst, errors)


def centred(numbers: Floats) -> Floats:
    """Subtract the mean, which keeps later differences of sums exact where it matters.

    The mean is held within the numbers' range, so that equal numbers give exact zeros.
    """
    mean = math.fsum(numbers.tolist()) / len(numbers)
    result: Floats = numbers - min(max(mean, float(numbers.min())), float(numbers.max()))
    return result


def sum_of_squares_about_mean(total: float, squares: float, rows: float) -> float:
    """Return sum (x - mean)² from sum x, sum x² and n; 0 where only rounding is left."""
    spread = squares - total * total / rows
    return spread if spread > 1e-14 * squares else 0.0
