"""Counts of pixels by class, from which all segmentation metrics are made.

Only pixels with a true class count. A pixel that the answer leaves open, or gives a class that the
task does not have, is wrong and no answer for any other class. An answer of another size than the
image is none.

Missing never helps: all pixels of a row without an answer count as false positives of every class
but their own, the argument being that of ``precision``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from competitions.kinds.regions import inside_runs
from competitions.kinds.values import Regions
from scoring.metrics.base import Given, Gold, Statistics
from scoring.metrics.class_counts import CountMetric

_OPEN = -1
Integers = NDArray[np.int64]


class PixelMetric(CountMetric):
    """Statistics, each per class: hits, answered pixels, true pixels, true pixels of a missing
    row."""

    def statistics(
        self, labels: Gold, predictions: Given, *, classes: Sequence[str] = ()
    ) -> Statistics:
        codes = {name: code for code, name in enumerate(classes)}
        rows = [
            _counts(label, answer, codes) for label, answer in zip(labels, predictions, strict=True)
        ]
        return np.stack(rows).reshape(len(rows), 4 * len(classes))


def _counts(label: Regions, answer: Regions | None, codes: Mapping[str, int]) -> Integers:
    gold = pixel_codes(label, codes)
    if any(region.label not in codes for region in label.regions):
        raise ValueError("a label is not one of the task's classes")
    true = gold[gold != _OPEN]
    of_gold = _tally(true, len(codes))
    nothing = np.zeros_like(of_gold)
    if answer is None or (answer.height, answer.width) != (label.height, label.width):
        return np.stack([nothing, nothing, of_gold, of_gold])
    given = pixel_codes(answer, codes)[gold != _OPEN]
    hits = _tally(true[true == given], len(codes))
    return np.stack([hits, _tally(given[given != _OPEN], len(codes)), of_gold, nothing])


def _tally(found: Integers, classes: int) -> Integers:
    return np.bincount(found, minlength=classes)


def pixel_codes(regions: Regions, codes: Mapping[str, int]) -> Integers:
    """Return the class of each pixel, column by column; -1 for none of ``codes``."""
    runs = sorted(
        (*run, codes.get(region.label, _OPEN))
        for region in regions.regions
        for run in inside_runs(region)
    )
    if not runs:
        return np.full(regions.height * regions.width, _OPEN)
    starts, stops, names = np.array(runs).T
    # Between runs, and before the first, lie pixels without a class.
    values = np.stack([np.full_like(names, _OPEN), names], axis=1).ravel()
    edges = np.stack([starts, stops], axis=1).ravel()
    lengths = np.diff(edges, prepend=0)
    rest = regions.height * regions.width - int(edges[-1])
    return np.repeat([*values, _OPEN], [*lengths, rest])
