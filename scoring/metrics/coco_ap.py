"""COCO's average precision, the mean over ten thresholds of overlap from .50 to .95."""

from __future__ import annotations

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.coco import AveragePrecision

METRIC = AveragePrecision(
    share(
        "coco_ap",
        "COCO AP",
        "The mean, over classes and over overlaps from .50 to .95, of precision along recall: "
        "boxes are taken from the surest on, and each true box can be found once. An image "
        "without an answer counts as full of sure, wrong boxes.",
        shapes=(Shape.BOXES,),
        reference='pycocotools COCOeval(iouType="bbox"), AP@[.50:.95], maxDets 100',
    )
)
