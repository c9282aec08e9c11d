"""Sets of classes as arrays of 0 and 1, and what a missing set is.

Missing never helps: a row without an answer counts as the worst set there is, all classes that are
wrong and none that is right. For each class it has no more hits and no fewer needless answers than
any other set.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.metrics.base import Given, Gold

Sets = NDArray[np.int8]


def true_and_given_sets(
    labels: Gold, predictions: Given, *, classes: Sequence[str]
) -> tuple[Sets, Sets]:
    """Return the true and the answered sets, both (n, classes) of 0 and 1.

    Raises:
        ValueError: a true set has a class that is none of ``classes``.
    """
    gold = np.array([_members(label, classes) for label in labels], dtype=np.int8)
    gold = gold.reshape(len(labels), len(classes))
    if gold.sum() != sum(map(len, labels)):
        raise ValueError("a label is not one of the task's classes")
    given = np.array(
        [
            1 - true if answer is None else _members(answer.labels, classes)
            for true, answer in zip(gold, predictions, strict=True)
        ],
        dtype=np.int8,
    )
    return gold, given.reshape(gold.shape)


def _members(names: Sequence[str], classes: Sequence[str]) -> list[bool]:
    return [name in names for name in classes]
