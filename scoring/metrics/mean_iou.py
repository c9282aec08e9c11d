"""Mean intersection over union from the confusion of all pixels.

With h_k pixels of class k found, g_k that are of it and p_k answered as it, the mean of
h_k / (g_k + p_k - h_k) over the classes that have true pixels. Pixels are summed over all images
first, so that an image counts by its size. What counts as a pixel: see ``pixels``.

Programs differ in classes without true pixels: that of Cityscapes gives them 0 as soon as one pixel
is answered as such, that of ADE20K always. Here the mean is over the same classes for everybody;
the pixels answered as another class are wrong for their own.
"""

from __future__ import annotations

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.class_counts import ClassCounts, mean_ratio
from scoring.metrics.pixels import PixelMetric


class MeanIntersectionOverUnion(PixelMetric):
    """Statistics: see ``PixelMetric``."""

    facts = share(
        "mean_iou",
        "Mean IoU",
        "For each class, the pixels that answer and truth share among those that either has, "
        "summed over all images; then the mean over the classes that have true pixels.",
        shapes=(Shape.REGIONS,),
        reference='scikit-learn jaccard_score(average="macro", labels=those with true pixels)',
    )

    def of_counts(self, counts: ClassCounts) -> float:
        present = counts.gold > 0
        if not present.any():
            return 0.0
        union = counts.gold + counts.predicted + counts.charged - counts.hits
        return mean_ratio(counts.hits[present], union[present])


METRIC = MeanIntersectionOverUnion()
