"""Whether probabilities mean what they say: expected calibration error and Brier score.

Sums are exactly rounded and rows of equal confidence share their mean, so neither value depends
on the order of the rows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from competitions.kinds.values import ClassAnswer

BINS = 10


def calibration(
    gold: Sequence[Any], given: Sequence[Any], classes: Sequence[str]
) -> dict[str, float] | None:
    """Return ``{"ece", "brier"}``, or None unless every row has an answer with probabilities.

    ``gold`` are labels and ``given`` answers of any shape (None for a missing row).
    """
    answers = [each for each in given if isinstance(each, ClassAnswer) and each.probabilities]
    if not gold or len(answers) < len(gold):
        return None
    place = {name: number for number, name in enumerate(classes)}
    probabilities = [each.probabilities or () for each in answers]
    confidence = [row[place[each.label]] for row, each in zip(probabilities, answers, strict=True)]
    right = [each.label == label for each, label in zip(answers, gold, strict=True)]
    return {
        "ece": expected_calibration_error(confidence, right),
        "brier": _brier(probabilities, [place[label] for label in gold]),
    }


def expected_calibration_error(confidence: Sequence[float], right: Sequence[bool]) -> float:
    """Return the mean distance of confidence and accuracy over 10 bins of equally many rows.

    ``confidence`` is the probability of the answered class. Guo et al. 2017
    (https://arxiv.org/abs/1706.04599, eq. 3), with bins of equal mass after Nixon et al. 2019
    (https://arxiv.org/abs/1904.01685). Between 0 and 1; less is better.
    """
    stated, places, counts = np.unique(
        np.minimum(np.asarray(confidence, dtype=np.float64), 1.0),
        return_inverse=True,
        return_counts=True,
    )
    accuracy = np.bincount(places, weights=np.asarray(right, dtype=np.float64)) / counts
    excess: NDArray[np.float64] = np.repeat(accuracy - stated, counts)
    bins = [abs(math.fsum(each.tolist())) for each in np.array_split(excess, BINS)]
    return min(1.0, math.fsum(bins) / len(excess))


def _brier(probabilities: Sequence[Sequence[float]], gold: Sequence[int]) -> float:
    """Return the mean squared distance of probabilities and truth, summed over the classes.

    Brier 1950, between 0 and 2; less is better. With two classes it is twice the distance of one.
    """
    squares = (
        (probability - (number == label)) ** 2
        for row, label in zip(probabilities, gold, strict=True)
        for number, probability in enumerate(row)
    )
    return min(2.0, math.fsum(squares) / len(gold))
