"""Pixel accuracy: right pixels / pixels with a true class, over all images together."""

from __future__ import annotations

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.class_counts import ClassCounts
from scoring.metrics.pixels import PixelMetric


class PixelAccuracy(PixelMetric):
    """Statistics: see ``PixelMetric``."""

    facts = share(
        "pixel_accuracy",
        "Pixel accuracy",
        "The share of pixels answered right, over all images together.",
        shapes=(Shape.REGIONS,),
        reference="scikit-learn accuracy_score over pixels",
    )

    def of_counts(self, counts: ClassCounts) -> float:
        pixels = counts.gold.sum()
        return float(counts.hits.sum() / pixels) if pixels else 0.0


METRIC = PixelAccuracy()
